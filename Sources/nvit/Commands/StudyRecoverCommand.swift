internal import ArgumentParser
internal import ViTReport
internal import ViTStorage

struct StudyRecoverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recover",
    abstract: "Read a damaged study as far as it can be read, into a new folder.",
    discussion: """
      Reads the pages of the database and of its log one by one, so that a damaged page costs its own rows only. The \
      damaged study is not touched. What is rescued can be resumed if the plan is part of it; lost trainings are then \
      done again.

      Example:
        nvit study recover outputs/quickstart --to outputs/rescued
      """)

  @Argument(help: "The study folder, or the database in it.")
  var study: String

  @Option(help: "The new folder. (default: the study's, with -recovered)", completion: .directory)
  var to: String?

  @Flag(help: "Print the result as JSON.")
  var json = false

  func run() throws {
    let location = try StudyLocation(study)
    let destination = to ?? "\(location.folder)-recovered"
    let report = try StudySalvage.recover(location, to: destination)
    if json { return try JSONOutput.print(report) }
    Console.print(StudyText.salvage(report, destination))
  }
}
