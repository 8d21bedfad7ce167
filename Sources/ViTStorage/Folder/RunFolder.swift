internal import Foundation
package import ViTFiles

/// The folder of a run of any kind, held by this process until the value goes away.
///
/// A run starts in a folder that holds no run, or over one of its own kind where it is told to; it goes on with
/// `resuming`. While it is at work, every other run in the folder is refused. Files are written whole or not at all.
package final class RunFolder: Sendable {
  package let path: String
  package let layout: RunLayout
  private let lock: FolderLock
  /// The folders that were made for the run; nil where its folder existed.
  private let made: NewFolders?

  /// The path of an entry.
  package func callAsFunction(_ name: String) -> String { path + "/" + name }

  // MARK: Starting and going on

  /// Makes the folder of a new run, or takes one that exists. Nothing in it is touched before `clear`.
  ///
  /// - Parameter overwrite: Allows a folder that holds a run of this kind.
  /// - Throws: `FileError` when the folder holds what may not be overwritten, cannot be made or written, or is held by
  ///   another run.
  package init(starting path: String, as layout: RunLayout, overwrite: Bool) throws(FileError) {
    self.path = path
    self.layout = layout
    let exists = FileManager.default.fileExists(atPath: path)
    if exists { try layout.check(path, overwrite: overwrite) }
    let folders = try NewFolders(at: path)
    made = exists ? nil : folders
    do throws(FileError) {
      lock = try FolderLock(path: path)
      // Again, since another run may have been at work in it before the lock was taken.
      try layout.check(path, overwrite: overwrite)
    } catch {
      made?.removeEmpty()
      throw error
    }
  }

  /// Takes the folder of a run that goes on.
  ///
  /// - Throws: `FileError` when there is no such run, or another run holds the folder.
  package init(resuming path: String, as layout: RunLayout) throws(FileError) {
    self.path = path
    self.layout = layout
    made = nil
    guard layout.holdsRun(path) else {
      throw FileError(
        .notFound, path: path, reason: "there is no \(layout.noun) to resume; start it without --resume")
    }
    lock = try FolderLock(path: path)
    try removePartial()
  }

  // MARK: Files

  package func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: self(name)) }

  /// Makes a folder in it, where there is none.
  package func makeFolder(_ name: String) throws(FileError) {
    guard mkdir(self(name), 0o755) == 0 || errno == EEXIST else {
      throw FileError(.cannotCreate, path: self(name), errno: errno)
    }
  }

  /// - Throws: `FileError` when the file is there and stays.
  package func remove(_ name: String) throws(FileError) {
    guard unlink(self(name)) == 0 || errno == ENOENT else {
      throw FileError(.cannotWrite, path: self(name), errno: errno)
    }
  }

  /// Removes every file of the run, those of older versions included, and nothing else; then the folders that are left
  /// empty.
  ///
  /// - Parameter kept: Files that stay.
  package func clear(except kept: Set<String> = []) throws(FileError) {
    try removePartial()
    let folders = layout.folders(in: path)
    for name in layout.files(in: path) where !kept.contains(name) { try remove(name) }
    for folder in folders { rmdir(self(folder)) }
  }

  /// Removes files that a killed process had not finished writing.
  package func removePartial() throws(FileError) {
    for folder in [""] + layout.folders(in: path).map({ $0 + "/" }) {
      for name in RunLayout.names(in: self(folder)) where RunLayout.isPartial(name) { try remove(folder + name) }
    }
  }

  /// Removes the folders that were made for the run with whatever a failed start left in it.
  package func discard() {
    guard let made else { return }
    try? clear()
    made.removeEmpty()
  }

  // MARK: Provenance

  /// Where the run comes from; nil where an older version began it.
  package func provenance() throws(FileError) -> Provenance? {
    guard exists(Provenance.fileName) else { return nil }
    let found = try Provenance.read(path: self(Provenance.fileName))
    return found.kind == layout.kind ? found : nil
  }

  /// Notes that a run begins or goes on.
  ///
  /// - Parameter provenance: Of a new run; where the run goes on, `run` is added to what is there.
  package func begin(_ provenance: Provenance, _ run: Provenance.Run) throws(FileError) {
    var noted = try self.provenance() ?? provenance
    noted.digests = noted.digests.filling(provenance.digests)
    noted.runs.append(run)
    try noted.write(to: self(Provenance.fileName))
  }

  /// Notes how the last run ended.
  package func close(_ state: Provenance.Run.State) throws(FileError) {
    guard var noted = try provenance(), !noted.runs.isEmpty else { return }
    noted.runs[noted.runs.count - 1].state = state
    noted.runs[noted.runs.count - 1].finished = Date.now.formatted(.iso8601)
    try noted.write(to: self(Provenance.fileName))
  }
}

extension RunLayout {
  static func isPartial(_ name: String) -> Bool { name.hasSuffix(".partial") || name.hasSuffix(".partial-journal") }

  /// - Throws: `FileError` when a run of this kind may not start in the folder.
  fileprivate func check(_ folder: String, overwrite: Bool) throws(FileError) {
    let content: [String]
    do {
      content = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw FileError(.cannotCreate, path: folder, reason: "it exists and is not a readable folder")
    }
    if holdsRun(folder) {
      guard overwrite else { throw FileError(.alreadyExists, path: folder, reason: refusal(folder)) }
      return
    }
    for other in RunLayout.all where other.kind != kind {
      guard let mark = other.marks.first, content.contains(mark) else { continue }
      throw FileError(
        .alreadyExists, path: folder,
        reason: "the folder holds a \(other.noun) (\(mark)), not a \(noun); choose another with --to")
    }
    // A start that was killed while it wrote its first file leaves that.
    guard !wantsFolderAlone || content.allSatisfy(RunLayout.isPartial) else {
      throw FileError(
        .alreadyExists, path: folder, reason: "the folder has content that is not a \(noun); choose another with --to")
    }
  }

  private func refusal(_ folder: String) -> String {
    let isLost = kind == RunLayout.explore.kind && !FileManager.default.fileExists(atPath: "\(folder)/\(marks[0])")
    return isLost
      ? "the folder holds a \(noun) that cannot go on; choose another with --to, or replace it with --overwrite"
      : "\(presence); go on with --resume, choose another with --to, or replace it with --overwrite"
  }
}
