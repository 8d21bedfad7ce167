internal import ArgumentParser

struct LatencyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "latency", abstract: "Not yet written.")
}
