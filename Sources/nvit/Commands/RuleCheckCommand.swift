internal import ArgumentParser
internal import ViTArchitecture
internal import ViTReport
internal import ViTRuns

struct RuleCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Report every mistake in documents, with line and column.",
    discussion: """
      Exits with 0 when all documents are in order, with 65 when one has mistakes, and with 66 when one cannot be read.

      EXAMPLE
        nvit rule check search-spaces/*.yaml
      """)

  @Argument(help: "The documents.")
  var files: [String]

  @Flag(help: "Print JSON: for each file whether it is in order, and its mistakes.")
  var json = false

  func validate() throws {
    guard !files.isEmpty else { throw ValidationError("no documents; expected at least one file") }
  }

  func run() throws {
    let checks = files.map { DocumentCheck(of: $0) }
    for check in checks where !json {
      if let problem = check.problem {
        Console.note(problem.lines.joined(separator: "\n"))
      } else {
        Console.print("\(check.file): ok (\(check.summary ?? ""))\n")
      }
    }
    if json { Console.print(try RuleReport.encode(checks) + "\n") }
    let statuses = checks.compactMap { check in check.problem.flatMap { ExitStatus(for: $0) } }
    // Mistakes weigh more than a file that is not there.
    if let status = statuses.first(where: { $0 == .badData }) ?? statuses.last { throw ExitCode(status.rawValue) }
  }
}
