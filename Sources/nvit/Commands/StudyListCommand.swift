internal import ArgumentParser
internal import ViTReport
internal import ViTStorage

struct StudyListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the studies in a folder, with their state and how far they are.",
    discussion: """
      Examples:
        nvit study list
        nvit study list /data/studies --json
      """)

  @Argument(help: "The folder that studies lie in.", completion: .directory)
  var folder = "outputs"

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let studies = try StudySummary.all(below: folder)
    if json { return try JSONOutput.print(studies) }
    Console.print(studies.isEmpty ? "no studies in \(folder)\n" : StudyText.list(studies))
  }
}
