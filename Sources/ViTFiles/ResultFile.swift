internal import Foundation

/// A file that a run is going to write.
package enum ResultFile {
  /// Makes the file's folder, and refuses a file that exists unless `overwrite` is set.
  ///
  /// - Returns: The folders that were made; remove the empty ones when the work fails.
  package static func prepare(_ path: String, overwrite: Bool) throws(FileError) -> NewFolders {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
      guard !isFolder.boolValue else { throw FileError(.cannotWrite, path: path, errno: EISDIR) }
      guard overwrite else {
        throw FileError(.alreadyExists, path: path, reason: "the file exists; replace it with --overwrite")
      }
    }
    return try NewFolders(forFile: path)
  }
}
