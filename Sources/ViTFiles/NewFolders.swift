internal import Foundation

/// A folder for results, made with those above it where they do not exist yet.
package struct NewFolders: Sendable {
  /// What did not exist before, outermost first.
  package let made: [String]

  /// - Throws: `FileError` with the operating system's reason, also when the folder is there but cannot be written to;
  ///   nothing is left behind then.
  package init(at path: String) throws(FileError) {
    guard !path.isEmpty else {
      throw FileError(.cannotCreate, path: "\"\"", reason: "the path is empty, expected that of a folder")
    }
    var missing: [String] = []
    var current = path
    var status = stat()
    while stat(current, &status) != 0 {
      guard errno == ENOENT else { throw FileError(.cannotCreate, path: path, errno: errno) }
      missing.append(current)
      current = NewFolders.parent(of: current)
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw FileError(.cannotCreate, path: path, errno: ENOTDIR) }
    var made: [String] = []
    for folder in missing.reversed() {
      if mkdir(folder, 0o777) == 0 {
        made.append(folder)
      } else if errno != EEXIST {
        let reason = errno
        NewFolders.removeEmpty(made)
        throw FileError(.cannotCreate, path: path, errno: reason)
      }
    }
    guard access(path, W_OK) == 0 else {
      let reason = errno
      NewFolders.removeEmpty(made)
      throw FileError(.cannotCreate, path: path, errno: reason)
    }
    self.made = made
  }

  /// Makes the folder that a file is going to lie in.
  package init(forFile path: String) throws(FileError) {
    do throws(FileError) {
      try self.init(at: NewFolders.parent(of: path))
    } catch {
      throw FileError(error.code, path: path, reason: error.reason)
    }
  }

  /// Removes again what was made and is still empty, after work that failed.
  package func removeEmpty() { NewFolders.removeEmpty(made) }

  private static func removeEmpty(_ folders: [String]) {
    for folder in folders.reversed() { rmdir(folder) }
  }

  private static func parent(of path: String) -> String {
    let name = path.reversed().drop { $0 == "/" }
    let rest = name.drop { $0 != "/" }.drop { $0 == "/" }
    return rest.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : String(rest.reversed())
  }
}
