internal import ArgumentParser

struct LatencyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latency",
    abstract: "Measure, predict and check the latency of architectures.",
    discussion: """
      Latency is the time of one inference batch. Models that were measured on this device are kept in
      outputs/latency, or in the folder that NVIT_LATENCY_FOLDER names; nvit finds them there by itself.
      """,
    subcommands: [
      LatencyMeasureCommand.self, LatencyPredictCommand.self, LatencyValidateCommand.self, LatencyImportCommand.self,
    ])
}
