internal import Foundation
internal import TestSupport
internal import ViTFiles
internal import ViTReport
internal import ViTSearch
internal import ViTStorage

extension ReaderTrial {
  /// Reads a study's database, or, where a companion has the database, its log.
  func readStudy(_ bytes: [UInt8]) throws {
    try FileManager.default.createDirectory(atPath: study, withIntermediateDirectories: true)
    for suffix in ["-wal", "-shm", "-journal"] { unlink("\(study)/study.sqlite\(suffix)") }
    _ = try file(reader == .log ? "study/study.sqlite-wal" : "study/study.sqlite", bytes)
    switch reader {
    case .resume: try goOn()
    case .recover, .log: try rescue()
    default: try show()
    }
  }

  private var study: String { folder("study") }

  private func show() throws {
    let location = try StudyLocation(study)
    // A list of studies tells of a damaged one, and goes on with the next.
    _ = StudySummary(folder: study)
    let database = try location.open()
    let problem = firstProblem([
      { _ = StudyText.description(try StudyDescription(database, folder: location.folder)) },
      { _ = try TrialListing(database, order: .accuracy, limit: nil).table },
      { _ = try database.plan() },
      { _ = try database.front() },
      { _ = try database.members() },
    ])
    if let problem { throw problem }
  }

  private func goOn() throws {
    // As if the document had not been changed since.
    let text = try StudyLocation(study).open().documentText()
    let study = try StudyFolder(resuming: self.study, documentText: text)
    _ = try study.database.plan()
    _ = try study.database.provenance()
    _ = try study.database.records()
    _ = try study.database.front()
  }

  private func rescue() throws {
    let rescued = folder("rescued")
    try? FileManager.default.removeItem(atPath: rescued)
    _ = try StudySalvage.recover(StudyLocation(study), to: rescued)
    let database = try StudyLocation(rescued).open()
    _ = try TrialListing(database, order: .finished, limit: nil)
    _ = try database.members()
  }

  /// Carries out every step, and gives what the first that failed threw.
  private func firstProblem(_ steps: [() throws -> Void]) -> (any Error)? {
    var problem: (any Error)?
    for step in steps {
      do { try step() } catch { problem = problem ?? error }
    }
    return problem
  }
}
