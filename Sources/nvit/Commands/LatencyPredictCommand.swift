internal import ArgumentParser
internal import ViTRuns

struct LatencyPredictCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Predict the latency of an architecture, or of a space's baselines and members.",
    discussion: """
      Examples:
        nvit latency predict search-spaces/quickstart.yaml
        nvit latency predict outputs/deit-64/architecture.json

      Of a space with open numbers it prints the baselines and the range of a thousand random members. What lies outside
      what was measured is said to.
      """)

  @Argument(help: "An architecture (JSON) or a search space (YAML).")
  var file: String

  @OptionGroup var options: LatencyOptionGroup

  @Option(help: "A model or table to use; by default the one measured on this device.")
  var latencyModel: String?

  @Flag(help: "Print the result as JSON.")
  var json = false

  func run() async throws {
    var settings = LatencyPrediction.Settings(file: file)
    settings.options = options.options
    settings.latencyModel = latencyModel
    let rows = try LatencyPrediction(settings).run()
    if json { return try JSONOutput.print(rows) }
    Console.print(LatencyPrediction.text(rows))
  }
}
