internal import Foundation
internal import ViTArchitecture
package import ViTFiles
package import ViTSearch

/// The folder of a study that goes on, held by this process until the value goes away. `StudyFiles` lists what is in it.
package final class StudyFolder: Sendable {
  private let files: StudyFiles
  private let lock: FolderLock
  package let database: StudyDatabase

  init(files: StudyFiles, lock: FolderLock, database: StudyDatabase) {
    self.files = files
    self.lock = lock
    self.database = database
  }

  /// The path of an entry.
  package func callAsFunction(_ name: String) -> String { files(name) }

  /// Opens the folder of a study that was started with the same document.
  ///
  /// - Throws: `SearchError` when there is no such study, when an older version made it, when it was started with
  ///   another document (the difference is shown), or when another process works on it; `FileError` when a file is not
  ///   what it should be.
  package convenience init(resuming path: String, documentText: String) throws {
    let files = StudyFiles(path: path)
    guard files.exists(StudyFiles.database) else {
      throw files.isOlder
        ? SearchError(
          .badStudy,
          """
          the study in \(path) was made by an older version of nvit, which kept trials in a text file; this one cannot \
          go on with it: start anew with --to or --overwrite
          """)
        : SearchError(
          .noStudy,
          "there is no study to resume in \(path): no \(StudyFiles.database); start it without --resume")
    }
    let lock = try FolderLock(path: path)
    let database = try StudyDatabase(path: files(StudyFiles.database))
    let started = try database.documentText()
    guard started == documentText else {
      throw SearchError(
        .spaceChanged,
        """
        the space differs from the one that the study in \(path) was started with; undo the change, or start anew \
        with --to or --overwrite (- then, + now):
        \(DocumentDifference.text(from: started, to: documentText))
        """)
    }
    try files.removePartial()
    self.init(files: files, lock: lock, database: database)
  }

  /// The latency model's file, which `NewStudyFolder.begin` may have written.
  package var latencyFile: String { files(StudyFiles.latencies) }

  // MARK: Runs

  /// Notes that a run goes on with the study.
  package func begin(_ run: Provenance.Run) throws(FileError) {
    try database.begin(run)
    try writeProvenance()
  }

  /// Notes how the last run ended.
  package func close(_ run: Provenance.Run) throws(FileError) {
    try database.close(run)
    try writeProvenance()
    database.settle()
  }

  private func writeProvenance() throws(FileError) {
    let path = files(StudyFiles.provenance)
    try AtomicFile.write(try JSONDocument.text(try database.provenance(), named: path), to: path)
  }

  // MARK: The outcome

  /// Records the outcome, and writes its files.
  ///
  /// - Parameter renderings: Further files by name, such as the picture; those in the folder `charts` begin with it.
  package func finish(_ front: FrontDocument, renderings: [String: String]) throws(FileError) {
    try database.record(front)
    try writeOutcome(front, renderings: renderings)
  }

  /// Writes the files of an outcome that is recorded: configurations, the given renderings, and `pareto.json`; then
  /// drops the weights of trials that represent no member of the front. Safe to repeat.
  package func writeOutcome(_ front: FrontDocument, renderings: [String: String]) throws(FileError) {
    try files.makeFolder("configs")
    for entry in front.entries {
      guard let name = entry.configFile else { continue }
      try AtomicFile.write(entry.architecture.canonicalJSON + "\n", to: files(name))
    }
    if renderings.keys.contains(where: { $0.hasPrefix("charts/") }) { try files.makeFolder("charts") }
    for (name, text) in renderings.sorted(by: { $0.key < $1.key }) { try AtomicFile.write(text, to: files(name)) }
    try AtomicFile.write(try front.json(), to: files(StudyFiles.front))
    let kept = Set(front.entries.compactMap(\.weightsFile))
    for name in files.list("weights") where name.hasSuffix(".safetensors") && !kept.contains("weights/\(name)") {
      try files.remove("weights/\(name)")
    }
  }
}
