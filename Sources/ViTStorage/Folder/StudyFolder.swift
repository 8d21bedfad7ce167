internal import Foundation
internal import ViTArchitecture
package import ViTFiles
package import ViTSearch

/// The folder of a study that goes on, held by this process until the value goes away. `StudyFiles` lists what is in it.
package final class StudyFolder: Sendable {
  private let folder: RunFolder
  package let database: StudyDatabase

  init(folder: RunFolder, database: StudyDatabase) {
    self.folder = folder
    self.database = database
  }

  /// The path of an entry.
  package func callAsFunction(_ name: String) -> String { folder(name) }

  /// Opens the folder of a study that was started with a document that asks for the same.
  ///
  /// - Throws: `SearchError` when there is no such study, when an older version made it, or when it was started with
  ///   another document (the difference is shown); `FileError` when another run is at work on it, or a file is not what
  ///   it should be.
  package convenience init(resuming path: String, documentText: String) throws {
    guard StudyFiles.exist(StudyFiles.database, in: path) else {
      throw StudyFiles.areOlder(in: path)
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
    let folder = try RunFolder(resuming: path, as: .explore)
    let database = try StudyDatabase(path: folder(StudyFiles.database))
    let started = try database.documentText()
    guard StudyFolder.ask(started, documentText, folder(StudyFiles.document)) else {
      throw SearchError(
        .spaceChanged,
        """
        the space differs from the one that the study in \(path) was started with; undo the change, or start anew \
        with --to or --overwrite (- then, + now):
        \(DocumentDifference.text(from: started, to: documentText))
        """)
    }
    self.init(folder: folder, database: database)
  }

  /// Whether two documents ask for the same search.
  private static func ask(_ started: String, _ now: String, _ path: String) -> Bool {
    guard started != now else { return true }
    guard let first = try? SearchSpace(parsing: started, path: path),
      let second = try? SearchSpace(parsing: now, path: path)
    else { return false }
    return first.asksForTheSame(as: second)
  }

  /// Checks that the study goes on with the inputs that it was started with, wherever they lie now, and notes what an
  /// older version did not note.
  ///
  /// - Parameter places: Where the inputs lie now, for messages.
  /// - Returns: Names of the inputs that are noted now and could not be compared.
  /// - Throws: `FileError` with both digests.
  package func admit(
    _ digests: InputDigests, places: [InputDigests.Name: String] = [:]
  ) throws(FileError) -> [InputDigests.Name] {
    let started = try database.provenance().digests
    try digests.check(against: started, folder: folder.path, places: places)
    let new = InputDigests.Name.allCases.filter { digests[$0] != nil && started[$0] == nil }
    if !new.isEmpty { try database.note(started.filling(digests)) }
    return new
  }

  /// The latency model's file, which `NewStudyFolder.begin` may have written.
  package var latencyFile: String { folder(StudyFiles.latencies) }

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
    try database.provenance().write(to: folder(Provenance.fileName))
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
    try folder.makeFolder("configs")
    for entry in front.entries {
      guard let name = entry.configFile else { continue }
      try AtomicFile.write(entry.architecture.canonicalJSON + "\n", to: folder(name))
    }
    if renderings.keys.contains(where: { $0.hasPrefix("charts/") }) { try folder.makeFolder("charts") }
    for (name, text) in renderings.sorted(by: { $0.key < $1.key }) { try AtomicFile.write(text, to: folder(name)) }
    try AtomicFile.write(try front.json(), to: folder(StudyFiles.front))
    let kept = Set(front.entries.compactMap(\.weightsFile))
    for name in RunLayout.names(in: folder("weights"))
    where name.hasSuffix(".safetensors") && !kept.contains("weights/\(name)") {
      try folder.remove("weights/\(name)")
    }
  }
}
