internal import ArgumentParser
internal import ViTSearch
internal import ViTStorage

struct StudyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study",
    abstract: "List, show, compare, delete and rescue studies.",
    subcommands: [
      StudyListCommand.self, StudyShowCommand.self, StudyCompareCommand.self, StudyDeleteCommand.self,
      StudyRecoverCommand.self,
    ])

  /// The folder that a study's argument names, also for a study that cannot be read.
  static func folder(_ path: String) throws -> String {
    do {
      return try StudyLocation(path).folder
    } catch  where error.code == .badStudy {
      return path
    }
  }
}
