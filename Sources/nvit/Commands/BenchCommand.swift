internal import ArgumentParser

struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure what this machine and the engine give.",
    subcommands: [
      BenchEngineCommand.self, BenchProductsCommand.self, BenchModelsCommand.self, BenchStepCommand.self,
      BenchDrawingCommand.self, BenchSamplerCommand.self,
    ],
    defaultSubcommand: BenchEngineCommand.self)
}

/// `--seconds`, for benchmarks that measure in rounds.
struct BenchTimeOption: ParsableArguments {
  @Option(help: "Time to measure for; everything is measured at least once.")
  var seconds = 20.0

  mutating func validate() throws {
    guard seconds > 0, seconds <= 3600 else {
      throw ValidationError("--seconds is \(seconds), expected a number above 0 and at most 3600.")
    }
  }
}
