internal import ArgumentParser
internal import ViTReport
internal import ViTStorage

struct StudyShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a study: where it comes from, how far it is, its runs and its members.",
    discussion: """
      Works while the search goes on.

      Examples:
        nvit study show outputs/quickstart
        nvit study show outputs/quickstart/study.sqlite --json
      """)

  @Argument(help: "The study folder, or the database in it.")
  var study: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let location = try StudyLocation(study)
    let description = try StudyDescription(location.open(), folder: location.folder)
    if json { return try JSONOutput.print(description) }
    Console.print(StudyText.description(description))
  }
}
