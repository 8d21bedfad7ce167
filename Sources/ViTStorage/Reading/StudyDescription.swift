package import ViTFiles
package import ViTLatency
package import ViTSearch

/// What there is to say of a study.
package struct StudyDescription: Sendable, Encodable {
  package var summary: StudySummary
  package var version: String
  package var seed: UInt64
  package var spaceDigest: String
  package var libraries: [String: String]
  /// Where predicted latencies come from, in words.
  package var latencySource: String?
  package var targets: [ResolvedTarget]
  package var drawing: DrawingReport?
  /// Finished trials by phase.
  package var phases: [String: Int]
  package var runs: [Provenance.Run]
  package var members: [LeaderboardRow]
  /// What was found, in sentences; empty where there is no front yet.
  package var answers: [String]
  /// What the reader should know before believing them.
  package var warnings: [String]
  /// Of the plan, and of the front where there is one.
  package var notes: [String]

  /// - Throws: `FileError` when something of it cannot be read.
  package init(_ database: StudyDatabase, folder: String) throws(FileError) {
    summary = try StudySummary(database, folder: folder)
    let provenance = try database.provenance()
    version = provenance.version
    seed = provenance.seed
    spaceDigest = provenance.digests[.space] ?? ""
    libraries = provenance.libraries
    runs = provenance.runs
    // A study that was rescued may have lost it.
    let plan = try? database.plan()
    latencySource = plan?.latencySource
    targets = plan?.targets ?? []
    drawing = plan?.drawing
    phases = Dictionary(try database.records().map { ($0.phase.rawValue, 1) }, uniquingKeysWith: +)
    members = try database.leaderboard()
    let front = try database.front()
    answers = front.map { FrontAnswers.sentences($0) } ?? []
    warnings = front.map { FrontAnswers.warnings($0) } ?? []
    notes = front?.notes ?? plan?.notes ?? []
    if plan == nil { notes.append("the plan is lost: the study cannot be resumed") }
  }

  private enum CodingKeys: String, SnakeCaseKey {
    case summary, version, seed, spaceDigest = "space_sha256", libraries, latencySource, targets, drawing, phases
    case runs, members, answers, warnings, notes
  }
}
