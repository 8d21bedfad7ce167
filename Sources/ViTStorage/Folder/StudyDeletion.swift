internal import Foundation
internal import ViTFiles
internal import ViTSearch

/// Removes a study.
package enum StudyDeletion {
  /// Removes the files of the study in a folder, and the folder if nothing else is in it.
  ///
  /// - Returns: Names of what else is in the folder, and stays.
  /// - Throws: `SearchError` when there is no study or another process works on it; `FileError` when a file stays.
  package static func delete(folder: String) throws -> [String] {
    let files = StudyFiles(path: folder)
    guard files.isStudy || files.isOlder else {
      throw SearchError(.noStudy, "\(folder) is no study folder: there is no \(StudyFiles.database) in it")
    }
    let lock = try FolderLock(path: folder)
    try files.removeAll()
    files.removeEmptyFolders()
    withExtendedLifetime(lock) {}
    let rest = files.list(".")
    if rest.isEmpty { rmdir(folder) }
    return rest
  }
}
