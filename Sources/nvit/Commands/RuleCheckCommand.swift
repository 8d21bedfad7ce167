internal import ArgumentParser
internal import Foundation
internal import ViTArchitecture
internal import ViTFiles
internal import ViTReport

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

  private struct Result: Encodable {
    var file: String
    var ok: Bool
    var summary: String?
    var mistakes: [DocumentError.Mistake] = []
    /// Why the file could not be read at all.
    var error: String?
  }

  func validate() throws {
    guard !files.isEmpty else { throw ValidationError("no documents; expected at least one file") }
  }

  func run() throws {
    var results: [Result] = []
    var status: ExitStatus?
    for file in files {
      do throws(DocumentError) {
        let summary = RuleText.summary(of: try SearchSpace(contentsOf: file))
        results.append(Result(file: file, ok: true, summary: summary))
        if !json { print("\(file): ok (\(summary))") }
      } catch {
        results.append(
          Result(file: file, ok: false, mistakes: error.mistakes, error: error.fileError.map(\.description)))
        if !json { Console.note(error.lines.joined(separator: "\n")) }
        // Mistakes weigh more than a file that is not there.
        if status != .badData { status = ExitStatus(for: error) }
      }
    }
    if json { try print(RuleReport.encode(results)) }
    if let status { throw ExitCode(status.rawValue) }
  }
}
