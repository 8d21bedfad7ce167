package import Foundation
package import ViTFiles
package import ViTSearch

/// The folder of a study that is about to begin, held by this process until the value goes away.
package final class NewStudyFolder: Sendable {
  private let folder: RunFolder

  /// The path of an entry.
  package func callAsFunction(_ name: String) -> String { folder(name) }

  /// Makes the folder of a new study, or takes an existing empty one. Nothing in it is touched before `begin`.
  ///
  /// - Parameter overwrite: Allows a folder that holds a study. Any other folder with content is refused.
  /// - Throws: `FileError` when the folder has content that may not be overwritten, cannot be made or written, or
  ///   another run is at work in it.
  package init(at path: String, overwrite: Bool) throws(FileError) {
    folder = try RunFolder(starting: path, as: .explore, overwrite: overwrite)
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
    try folder.clear(except: [StudyFiles.document])
    try AtomicFile.write(documentText, to: folder(StudyFiles.document))
    try folder.makeFolder("configs")
    if plan.trains { try folder.makeFolder("weights") }
    try provenance.write(to: folder(Provenance.fileName))
    if let latencies { try AtomicFile.write(latencies, to: folder(StudyFiles.latencies)) }
    let database = folder(StudyFiles.database)
    try StudyDatabase.create(at: database, plan: plan, documentText: documentText, provenance: provenance)
    return StudyFolder(folder: folder, database: try StudyDatabase(path: database))
  }

  /// Removes a folder that was made for the study, with whatever a failed `begin` left in it, unless a study has begun.
  package func discardIfUnused() {
    guard !folder.exists(StudyFiles.database) else { return }
    folder.discard()
  }
}
