package import Foundation
internal import ViTFiles
package import ViTSearch

/// The folder of a study that is about to begin, held by this process until the value goes away.
package final class NewStudyFolder: Sendable {
  private let files: StudyFiles
  private let lock: FolderLock
  /// The folders that were made for it; nil for one that existed.
  private let new: NewFolders?

  /// The path of an entry.
  package func callAsFunction(_ name: String) -> String { files(name) }

  /// Makes the folder of a new study, or takes an existing empty one. Nothing in it is touched before `begin`.
  ///
  /// - Parameter overwrite: Allows a folder that holds a study. Any other folder with content is refused.
  /// - Throws: `FileError` when the folder has content that may not be overwritten, or cannot be made or written;
  ///   `SearchError` when another process works in it.
  package init(at path: String, overwrite: Bool) throws {
    files = StudyFiles(path: path)
    let exists = FileManager.default.fileExists(atPath: path)
    if exists { try NewStudyFolder.check(files, overwrite: overwrite) }
    let folders = try NewFolders(at: path)
    lock = try FolderLock(path: path)
    new = exists ? nil : folders
    // Again, since another process may have worked in it before the lock was taken.
    try NewStudyFolder.check(files, overwrite: overwrite)
  }

  private static func check(_ files: StudyFiles, overwrite: Bool) throws(FileError) {
    let content: [String]
    do {
      content = try FileManager.default.contentsOfDirectory(atPath: files.path)
    } catch {
      throw FileError(.cannotCreate, path: files.path, reason: "it exists and is not a readable folder")
    }
    // A start that was killed while it wrote its first file leaves that.
    guard content.contains(where: { !$0.hasPrefix("\(StudyFiles.document).") || !$0.hasSuffix(".partial") }) else {
      return
    }
    guard files.isStudy else {
      throw FileError(
        .alreadyExists, path: files.path,
        reason: "the folder has content that is not a study; choose another with --to")
    }
    guard overwrite else {
      throw FileError(
        .alreadyExists, path: files.path,
        reason: files.exists(StudyFiles.database)
          ? "the folder holds a study; go on with --resume, choose another with --to, or replace it with --overwrite"
          : "the folder holds a study that cannot go on; choose another with --to, or replace it with --overwrite"
      )
    }
  }

  /// Removes the files of the study that is being overwritten and writes those of the new one; the database, which
  /// makes it a study, comes last.
  ///
  /// - Parameters:
  ///   - provenance: With the run that begins the study.
  ///   - latencies: The latency model's file, for a study that proposes candidates as it goes on.
  package func begin(
    _ plan: StudyPlan, documentText: String, provenance: Provenance, latencies: Data? = nil
  ) throws -> StudyFolder {
    // A start that is killed at any moment leaves a folder that can be told to be a study's.
    try files.removeAll(keepsDocument: true)
    try AtomicFile.write(documentText, to: files(StudyFiles.document))
    try files.makeFolder("configs")
    if plan.trains { try files.makeFolder("weights") }
    try AtomicFile.write(
      try JSONDocument.text(provenance, named: files(StudyFiles.provenance)), to: files(StudyFiles.provenance))
    if let latencies { try AtomicFile.write(latencies, to: files(StudyFiles.latencies)) }
    try StudyDatabase.create(
      at: files(StudyFiles.database), plan: plan, documentText: documentText, provenance: provenance)
    return StudyFolder(files: files, lock: lock, database: try StudyDatabase(path: files(StudyFiles.database)))
  }

  /// Removes a folder that was made for the study, with whatever a failed `begin` left in it, unless a study has begun.
  package func discardIfUnused() {
    guard let new, !files.exists(StudyFiles.database) else { return }
    try? files.removeAll()
    files.removeEmptyFolders()
    new.removeEmpty()
  }
}
