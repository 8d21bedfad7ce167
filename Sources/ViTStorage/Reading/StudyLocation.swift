internal import Foundation
package import ViTFiles
package import ViTSearch

/// Where a study lies: its folder, named as such or by the database in it.
package struct StudyLocation: Hashable, Sendable {
  package let folder: String
  package let database: String

  /// - Throws: `SearchError` when there is no study, or one of an older version.
  package init(_ path: String) throws(SearchError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw SearchError(.noStudy, "there is no study in \(path): no such file or folder")
    }
    if isFolder.boolValue {
      folder = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
      database = "\(folder)/\(StudyFiles.database)"
      guard !StudyFiles.areOlder(in: folder) else {
        throw SearchError(
          .badStudy,
          """
          the study in \(path) was made by an older version of nvit, which kept trials in trials.jsonl; \
          its front is in pareto.json
          """)
      }
      guard StudyFiles.exist(StudyFiles.database, in: folder) else {
        throw SearchError(.noStudy, "\(path) is no study folder: there is no \(StudyFiles.database) in it")
      }
    } else {
      let parent = (path as NSString).deletingLastPathComponent
      folder = parent.isEmpty ? "." : parent
      database = path
    }
  }

  /// Opens the database to look at it.
  package func open() throws(FileError) -> StudyDatabase { try StudyDatabase(readOnly: database) }
}
