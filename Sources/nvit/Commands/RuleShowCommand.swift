internal import ArgumentParser
internal import ViTRuns

struct RuleShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show the dimensions of every block, the profile, and the cost.",
    discussion: """
      Of a space with open numbers, one member is shown: the middle of each range, unless --at says otherwise. The \
      end of a number's path is enough where it is the only one with that end. Latency is shown when a latency model exists for the document.

      EXAMPLES
        nvit rule show search-spaces/quickstart.yaml
        nvit rule show search-spaces/deit.yaml --at embedding=384 --json
      """)

  @Argument(help: "The document.")
  var file: String

  @Option(name: .customLong("at"), help: ArgumentHelp("The value of an open number.", valueName: "path=value"))
  var assignments: [OpenNumberValue] = []

  @Option(help: "A latency model to predict with, instead of the one that belongs to the document.")
  var latencyModel: String?

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let member = try RuleMember(of: file, at: assignments, latencyModel: latencyModel)
    Console.print(json ? try member.json + "\n" : member.text)
  }
}

extension OpenNumberValue: ExpressibleByArgument {
  /// Such as `architecture.embedding=384`.
  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    self.init(path: String(parts[0]), text: String(parts[1]))
  }
}
