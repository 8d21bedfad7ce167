internal import ArgumentParser
internal import ViTRuns

struct LatencyMeasureCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure",
    abstract: "Measure members of a space on this device and fit a latency model to them.",
    discussion: """
      Example:
        nvit latency measure search-spaces/quickstart.yaml --threads 2 --budget 25

      Measures the baselines, the members with the most extreme widths, and as many more as the budget allows, all
      interleaved and each beside the first baseline. The errors printed are of models left out of the fit; above 5% on
      average it measures on, up to three times the budget. `nvit latency validate` checks unseen ones. Of a space with
      one or two networks it prints their latency.

      Where the system grants it, measuring goes before other programs; NVIT_PRIORITY=keep in the environment asks for
      nothing. A batch of one image is measured on one thread unless --threads says otherwise.
      """)

  @Argument(help: "The search space, a YAML file.")
  var space: String

  @OptionGroup var options: LatencyOptionGroup

  @OptionGroup var time: MeasuringTimeOption

  @Option(name: .customLong("to"), help: "Where to write the model; by default where nvit finds it again.")
  var destination: String?

  @Flag(help: "Replace the file that --to names.")
  var overwrite = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  func run() async throws {
    var settings = LatencyMeasureRun.Settings(space: space)
    settings.options = options.options
    settings.budgetSeconds = time.budget
    settings.file = destination
    settings.overwrite = overwrite
    let outcome = try await RunDisplay.watch(blocking: LatencyMeasureRun(settings).run)
    if json { return try JSONOutput.print(outcome) }
    Console.print(outcome.text)
  }
}
