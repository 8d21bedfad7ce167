internal import ArgumentParser
internal import ViTRuns

struct LatencyValidateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check a latency model against whole models that it has not seen.",
    discussion: """
      Example:
        nvit latency validate search-spaces/quickstart.yaml --count 40 --seed 1

      Draws random members of the space that the model was not fitted to, of every depth alike, measures them, and
      compares. Members outside what the model was measured on are counted and left out, as a search leaves them out.
      """)

  @Argument(help: "The search space, a YAML file.")
  var space: String

  @OptionGroup var options: LatencyOptionGroup

  @Option(help: "Members to measure.")
  var count = 40

  @Option(help: "Seed of the draw.")
  var seed: UInt64 = 0

  @OptionGroup var time: MeasuringTimeOption

  @Option(help: "The model to check; by default the one measured on this device.")
  var latencyModel: String?

  @Flag(help: "Print the result, with every sample, as JSON.")
  var json = false

  func validate() throws {
    guard (1...10_000).contains(count) else { throw ValidationError("--count is \(count), expected 1 to 10000") }
  }

  func run() async throws {
    var settings = LatencyValidateRun.Settings(space: space)
    settings.options = options.options
    settings.count = count
    settings.seed = seed
    settings.budgetSeconds = time.budget
    settings.latencyModel = latencyModel
    let validation = try await RunDisplay.watch(blocking: LatencyValidateRun(settings).run)
    if json { return try JSONOutput.print(validation) }
    Console.print(LatencyValidateRun.text(validation))
  }
}
