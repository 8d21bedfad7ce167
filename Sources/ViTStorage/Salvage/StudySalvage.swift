internal import Foundation
internal import GRDB
internal import ViTFiles

/// What could be read of a damaged study.
package struct SalvageReport: Hashable, Sendable, Encodable {
  package struct Count: Hashable, Sendable, Encodable {
    package var rescued: Int
    /// How many there were at least, as far as what can be read tells.
    package var known: Int
  }
  /// Trials that were begun.
  package var trials: Count
  /// Those of the rescued ones that had finished.
  package var finishedTrials: Int
  package var members: Count
  package var hasPlan: Bool
  package var hasFront: Bool

  /// Whether the rescued study can go on.
  package var isResumable: Bool { hasPlan }

  private enum CodingKeys: String, SnakeCaseKey { case trials, finishedTrials, members, hasPlan, hasFront }
}

/// Reads a damaged database as far as it can be read, into a new one; the old is not touched.
///
/// The pages are read here, since the shell's `.recover` is no help: Debian 12 builds SQLite without the table
/// `sqlite_dbpage` that it needs, so that it gives nothing even of a sound database.
package enum StudySalvage {
  /// Reads the study and writes what is left of it to a new folder, with the other files of its folder.
  ///
  /// SQLite keeps no checksums of its rows: a field that was changed into another valid one is taken as it is, but for
  /// architectures, which their digests protect.
  ///
  /// - Throws: `FileError` when nothing can be read, or the new folder has content, lies within the study or cannot be
  ///   written; `FileError` when another run is at work on the study. No new folder is left then.
  package static func recover(_ study: StudyLocation, to destination: String) throws -> SalvageReport {
    let lock = try FolderLock(path: study.folder)
    defer { withExtendedLifetime(lock) {} }
    let file = try FileContents.read(study.database)
    let hasLog = FileManager.default.fileExists(atPath: study.database + "-wal")
    let log = hasLog ? try FileContents.read(study.database + "-wal") : Data()
    if let content = try? FileManager.default.contentsOfDirectory(atPath: destination), !content.isEmpty {
      throw FileError(.alreadyExists, path: destination, reason: "the folder has content; choose another with --to")
    }
    func location(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
    guard !location(destination).hasPrefix(location(study.folder) + "/") else {
      throw FileError(
        .cannotCreate, path: destination, reason: "the folder lies within the damaged study, which is not touched")
    }
    let existed = FileManager.default.fileExists(atPath: destination)
    let folders = try NewFolders(at: destination)
    do {
      try copyOthers(from: study.folder, to: destination)
      return try StudyDatabase.rescue(
        file: file, log: log, name: study.database, beside: study.folder,
        to: "\(destination)/\(StudyFiles.database)")
    } catch {
      if existed {
        for name in RunLayout.names(in: destination) {
          try? FileManager.default.removeItem(atPath: "\(destination)/\(name)")
        }
      } else {
        try? FileManager.default.removeItem(atPath: destination)
      }
      folders.removeEmpty()
      throw error
    }
  }

  /// Copies everything but the database.
  private static func copyOthers(from source: String, to destination: String) throws(FileError) {
    for name in RunLayout.names(in: source) where !name.hasPrefix(StudyFiles.database) {
      do {
        try FileManager.default.copyItem(atPath: "\(source)/\(name)", toPath: "\(destination)/\(name)")
      } catch {
        throw FileError(.cannotWrite, path: "\(destination)/\(name)", reason: "\(error.localizedDescription)")
      }
    }
  }
}
