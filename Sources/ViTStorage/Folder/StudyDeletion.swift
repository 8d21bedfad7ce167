internal import Foundation
internal import ViTSearch

/// Removes a study.
package enum StudyDeletion {
  /// Removes the files of the study in a folder, and the folder if nothing else is in it.
  ///
  /// - Returns: Names of what else is in the folder, and stays.
  /// - Throws: `SearchError` when there is no study; `FileError` when another run is at work on it, or a file stays.
  package static func delete(folder path: String) throws -> [String] {
    guard RunLayout.explore.holdsRun(path) else {
      throw SearchError(.noStudy, "\(path) is no study folder: there is no \(StudyFiles.database) in it")
    }
    let folder = try RunFolder(resuming: path, as: .explore)
    try folder.clear()
    let rest = RunLayout.names(in: path)
    if rest.isEmpty { rmdir(path) }
    return rest
  }
}
