import Foundation
import Testing

/// Messages, examples and help name options; each has to exist where it is read.
@Suite struct `Options that texts name` {
  private let commands: [String: Set<String>]

  init() throws {
    let dump = try BuiltCommand.run(["--experimental-dump-help"])
    let tool = try JSONDecoder().decode(Tool.self, from: Data(dump.output.utf8))
    commands = tool.command.options(below: [])
  }

  // MARK: Which texts a command can print

  /// By the beginning of a source's path: the commands that print what stands there. The longest beginning counts; an
  /// empty list is for texts that name the command themselves.
  private static let readers: [(prefix: String, commands: [String])] = [
    ("ViTFiles/ResultFile", ["mine", "latency measure", "latency import", "report", "prune", "evaluate"]),
    ("ViTPruning/Finetuning", ["finetune"]),
    ("ViTReport/Page/ReportPage", ["report"]),
    ("ViTReport/Studies/StudyText", []),
    ("ViTRuns/CommandLines", []),
    ("ViTRuns/Explore", ["explore"]),
    ("ViTRuns/Finetune", ["finetune"]),
    (
      "ViTRuns/Latency/LatencyModelLookup",
      ["latency predict", "latency validate", "rule show", "rule solve", "explore"]
    ),
    ("ViTRuns/Mine", ["mine"]),
    ("ViTRuns/Paper", ["paper"]),
    ("ViTRuns/Prune", ["prune"]),
    ("ViTRuns/Train", ["train"]),
    ("ViTRuns/Weights", []),
    ("ViTSearch/Study/StudyExport", ["export"]),
    ("ViTStorage/Database/StudyDatabase", []),
    ("ViTStorage/Folder/RunFolder", ["explore", "train", "prune", "finetune"]),
    ("ViTStorage/Folder/StudyFolder", ["explore"]),
    ("ViTStorage/Reading/StudyComparison", []),
    ("ViTStorage/Salvage", ["study recover"]),
    ("nvit/Commands/BenchCommand", ["bench engine", "bench products", "bench drawing"]),
    ("nvit/Commands/RuleCommand", ["rule show"]),
    ("nvit/Options/DataOption", ["train", "prune", "finetune", "explore"]),
    ("nvit/Options/LatencyOptionGroup", ["latency measure", "latency predict", "latency validate"]),
    ("nvit/Options/MeasuringTimeOption", ["latency measure", "latency validate"]),
    ("nvit/Options/ThreadOption", ["train", "prune", "finetune", "evaluate", "paper"]),
    ("nvit/Options/WeightsOption", []),
  ]

  /// Of a command's own source: `LatencyMeasureCommand.swift` is of `latency measure`.
  private func command(ofSource path: String) -> [String]? {
    let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    guard name.hasSuffix("Command") else { return nil }
    let words = name.dropLast("Command".count).reduce(into: "") { text, letter in
      text += (letter.isUppercase && !text.isEmpty ? " " : "") + letter.lowercased()
    }
    return commands[words] == nil ? nil : [words]
  }

  private func readers(of path: String) -> [String]? {
    Self.readers.filter { path.hasPrefix($0.prefix) }.max { $0.prefix.count < $1.prefix.count }?.commands
      ?? command(ofSource: path)
  }

  // MARK: Tests

  @Test func `exist in every command that prints the text`() throws {
    let all = commands.values.reduce(Set()) { $0.union($1) }
    var seen = 0
    for (path, line, text) in try sources() {
      for mention in mentions(in: text) {
        seen += 1
        #expect(all.contains(mention.option), "\(path):\(line): no command has \(mention.option)")
        if let named = mention.command {
          #expect(
            commands[named]?.contains(mention.option) == true, "\(path):\(line): nvit \(named) has no \(mention.option)"
          )
          continue
        }
        let readers = readers(of: path)
        #expect(readers != nil, "\(path):\(line) names \(mention.option); say in this test which commands print it")
        for reader in readers ?? [] {
          #expect(
            commands[reader]?.contains(mention.option) == true,
            "\(path):\(line): nvit \(reader) has no \(mention.option)")
        }
      }
    }
    #expect(seen > 150, "\(seen)")
  }

  @Test func `exist where README and documents name them`() throws {
    for document in ["README.md", "docs/formats.md", "docs/study-database.md", "outputs/README.md"] {
      let text = try String(contentsOf: Self.root.appendingPathComponent(document), encoding: .utf8)
      for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        for mention in mentions(in: String(line)) {
          guard let named = mention.command else { continue }
          #expect(
            commands[named]?.contains(mention.option) == true,
            "\(document):\(number + 1): nvit \(named) has no \(mention.option)")
        }
      }
    }
  }

  @Test func `of command lines are the program's own`() throws {
    #expect(commands["prune"]?.contains("--hard-teacher-mean") == true && commands["latency measure"] != nil)
    let mentions = mentions(
      in: "go on with `nvit explore SPACE --to x --resume` or --nothing; nvit latency import --json")
    #expect(mentions.map(\.option) == ["--to", "--resume", "--nothing", "--json"])
    #expect(mentions.map(\.command) == ["explore", "explore", nil, "latency import"])
  }

  // MARK: Reading

  private struct Tool: Decodable { var command: Command }

  private struct Command: Decodable {
    var commandName: String
    var arguments: [Argument]?
    var subcommands: [Command]?

    struct Argument: Decodable {
      var names: [Name]?

      struct Name: Decodable {
        var kind: String
        var name: String
      }
    }

    /// Options by command, as in "latency measure".
    func options(below parents: [String]) -> [String: Set<String>] {
      let own = (arguments ?? []).flatMap { $0.names ?? [] }.filter { $0.kind == "long" }.map { "--" + $0.name }
      var options = [parents.joined(separator: " "): Set(own)]
      for command in subcommands ?? [] {
        options.merge(command.options(below: parents + [command.commandName])) { $1 }
      }
      return options
    }
  }

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Lines of the sources that are no comments.
  private func sources() throws -> [(path: String, line: Int, text: String)] {
    let folder = Self.root.appendingPathComponent("Sources")
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
    return try files.sorted().flatMap { path in
      try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
        .split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        .filter { !$0.element.trimmingCharacters(in: .whitespaces).hasPrefix("//") }
        .map { (path, $0.offset + 1, String($0.element)) }
    }
  }

  /// The options in a line, each with the command line that it stands in, if it does. Names with a parenthesis before or
  /// a colon behind them are the page's style sheet's.
  private func mentions(in line: String) -> [(option: String, command: String?)] {
    line.matches(of: /(?:^|[^\w(-])(--[a-z][a-z0-9-]+)(?![a-z0-9:-])/).map { match in
      let before = line[..<match.output.1.startIndex]
      var command: String?
      if let start = before.ranges(of: "nvit ").last?.upperBound {
        let rest = before[start...]
        let isClosed = rest.contains { "`;\n".contains($0) } || rest.contains("\", \"") || rest.contains(" or ")
        let words = rest.split(separator: " ").map(String.init)
        let two = words.prefix(2).joined(separator: " ")
        if !isClosed { command = commands[two] != nil && two.contains(" ") ? two : words.first }
      }
      if let name = command, commands[name] == nil { command = nil }
      return (String(match.output.1), command)
    }
  }
}
