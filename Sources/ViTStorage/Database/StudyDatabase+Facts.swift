internal import Foundation
internal import GRDB
package import ViTFiles
package import ViTSearch

/// What is known of the study as a whole.
extension StudyDatabase {
  /// Keys of the table `study`.
  enum Fact: String {
    case name, plan, space, created, version, seed, device, libraries, digests
    case spaceDigest = "space_sha256"
  }

  /// The plan as it was fixed at the start.
  package func plan() throws(FileError) -> StudyPlan {
    try StudyPlan.decode(Data(try fact(.plan).utf8), path: "\(path), plan")
  }

  /// The space document, word for word.
  package func documentText() throws(FileError) -> String { try fact(.space) }

  /// Where the study comes from, with all its runs.
  package func provenance() throws(FileError) -> Provenance {
    let seed = try fact(.seed)
    guard let seed = UInt64(seed) else {
      throw FileError(.malformed, path: path, reason: "table study: seed is \"\(seed.prefix(40))\", expected a number")
    }
    // Versions that knew data by their path noted the space's digest alone.
    let digests = try optionalFact(.digests).map { (text) throws(FileError) in
      try JSONDocument.decode(InputDigests.self, from: Data(text.utf8), path: "\(path), digests")
    }
    var provenance = Provenance(
      kind: RunLayout.explore.kind, version: try fact(.version), name: try fact(.name), seed: seed,
      device: try fact(.device),
      libraries: try JSONDocument.decode(
        [String: String].self, from: Data(try fact(.libraries).utf8), path: "\(path), libraries"),
      digests: InputDigests([.space: try fact(.spaceDigest)]).filling(digests ?? InputDigests()))
    provenance.runs = try runs()
    return provenance
  }

  /// Seconds that the study has taken in all its runs. A killed run counts up to its last finished trial.
  package func elapsedSeconds() throws(FileError) -> Double {
    try read { database in
      try Double.fetchOne(
        database,
        sql: """
          SELECT max(coalesce((SELECT max(study_seconds) FROM runs), 0),
            coalesce((SELECT max(finished_seconds) FROM trials), 0))
          """) ?? 0
    }
  }

  func fact(_ fact: Fact) throws(FileError) -> String {
    guard let value = try optionalFact(fact) else {
      throw FileError(.malformed, path: path, reason: "table study: there is no \(fact.rawValue)")
    }
    return value
  }

  private func optionalFact(_ fact: Fact) throws(FileError) -> String? {
    try read { database in
      try Row.fetchOne(database, sql: "SELECT value FROM study WHERE key = ?", arguments: [fact.rawValue])
        .map { try RowReader(row: $0, table: "study", path: path).text("value") }
    }
  }

  /// Notes what the study is made from.
  func note(_ digests: InputDigests) throws(FileError) {
    try write { database in
      try database.execute(
        sql: "INSERT INTO study (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        arguments: [Fact.digests.rawValue, try JSONDocument.field(digests, named: "the digests")])
    }
  }

  /// The first content of a new study.
  static func begin(
    _ plan: StudyPlan, _ documentText: String, _ provenance: Provenance, in database: Database
  ) throws {
    let facts: [(Fact, String)] = [
      (.name, plan.name), (.plan, try JSONDocument.field(plan, named: "the plan")), (.space, documentText),
      (.spaceDigest, provenance.digests[.space] ?? ""), (.created, Date.now.formatted(.iso8601)),
      (.version, provenance.version), (.seed, "\(provenance.seed)"), (.device, provenance.device),
      (.libraries, try JSONDocument.field(provenance.libraries, named: "the libraries")),
      (.digests, try JSONDocument.field(provenance.digests, named: "the digests")),
    ]
    for (fact, value) in facts {
      try database.execute(
        sql: "INSERT INTO study (key, value) VALUES (?, ?)", arguments: [fact.rawValue, value])
    }
    try insert(plan.members, in: database)
    for run in provenance.runs { try insert(run, in: database) }
  }
}
