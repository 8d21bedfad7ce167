internal import ArgumentParser
internal import ViTStorage

struct StudyDeleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Delete a study: its database, weights, configurations and reports.",
    discussion: """
      Files that nvit did not write stay, and so does their folder.

      Example:
        nvit study delete outputs/quickstart
      """)

  @Argument(help: "The study folder.", completion: .directory)
  var study: String

  @Flag(help: "Do not ask.")
  var yes = false

  func run() throws {
    let summary = StudySummary(folder: try StudyCommand.folder(study))
    if !yes {
      let trials = summary.finishedTrials > 0 ? " and its \(summary.finishedTrials) finished trainings" : ""
      Console.remark("delete the study in \(summary.folder)\(trials)? [y/N] ")
      guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
        Console.note("nothing was deleted")
        throw ExitCode(ExitStatus.failure.rawValue)
      }
    }
    let rest = try StudyDeletion.delete(folder: summary.folder)
    Console.note(
      rest.isEmpty
        ? "deleted \(summary.folder)"
        : "deleted the study; \(summary.folder) also holds what is not nvit's: \(rest.joined(separator: ", "))")
  }
}
