internal import ArgumentParser

struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "train", abstract: "Not yet written.")
}
