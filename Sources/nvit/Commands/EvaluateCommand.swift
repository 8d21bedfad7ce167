internal import ArgumentParser

struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "evaluate", abstract: "Not yet written.")
}
