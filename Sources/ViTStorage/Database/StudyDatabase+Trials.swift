internal import Foundation
internal import GRDB
package import ViTFiles
package import ViTSearch

extension StudyDatabase: TrialStore {
  package func records() throws(FileError) -> [TrialRecord] {
    try read { database in
      try Row.fetchAll(database, sql: "SELECT * FROM trials WHERE state <> 'begun' ORDER BY finish_order")
        .map { try TrialRecord(RowReader(row: $0, table: "trials", path: path)) }
    }
  }

  package func begin(_ identifier: TrialIdentifier) throws(FileError) -> Int {
    try write { database in
      let name = try openTrial(identifier, in: database)
      try database.execute(
        sql: """
          INSERT INTO trials (digest, seed, rung, name, state, attempts, begun) VALUES (?, ?, ?, ?, 'begun', 1, ?)
          ON CONFLICT (digest, seed, rung) DO UPDATE SET attempts = attempts + 1, begun = excluded.begun
          """,
        arguments: [
          identifier.architectureDigest, identifier.storedSeed, identifier.rung, name, Date.now.formatted(.iso8601),
        ])
      return try Int.fetchOne(
        database, sql: "SELECT attempts FROM trials WHERE digest = ? AND seed = ? AND rung = ?",
        arguments: [identifier.architectureDigest, identifier.storedSeed, identifier.rung]) ?? 1
    }
  }

  package func append(_ record: TrialRecord) throws(FileError) {
    try write { database in
      let identifier = record.identifier
      _ = try openTrial(identifier, in: database)
      let outcome = record.outcome
      var (state, step, reason): (String, Int?, String?) = ("completed", nil, nil)
      if case .failed(let failedStep, let failedReason) = outcome.state {
        (state, step, reason) = ("failed", failedStep, failedReason)
      }
      try database.execute(
        sql: """
          INSERT INTO trials (digest, seed, rung, name, state, attempts) VALUES (?, ?, ?, ?, 'begun', 1)
          ON CONFLICT (digest, seed, rung) DO NOTHING
          """,
        arguments: [identifier.architectureDigest, identifier.storedSeed, identifier.rung, record.name])
      try database.execute(
        sql: """
          UPDATE trials SET name = ?, phase = ?, state = ?, validation_accuracy = ?, validation_loss = ?,
            training_loss = ?, samples_seen = ?, duration_seconds = ?, images_per_second = ?, failed_step = ?,
            failed_reason = ?, finished = ?, finished_seconds = ?, run = (SELECT max(id) FROM runs),
            finish_order = (SELECT coalesce(max(finish_order), 0) + 1 FROM trials)
          WHERE digest = ? AND seed = ? AND rung = ?
          """,
        arguments: [
          record.name, record.phase.rawValue, state, outcome.validationAccuracy.stored, outcome.validationLoss.stored,
          outcome.trainingLoss.stored, outcome.samplesSeen, outcome.durationSeconds.stored,
          outcome.imagesPerSecond.stored, step, reason, Date.now.formatted(.iso8601), record.finishedSeconds.stored,
          identifier.architectureDigest, identifier.storedSeed, identifier.rung,
        ])
    }
  }

  /// Checks that a trial can be begun or recorded, and gives its member's name.
  private func openTrial(_ identifier: TrialIdentifier, in database: Database) throws -> String {
    let finished = try String.fetchOne(
      database, sql: "SELECT name FROM trials WHERE digest = ? AND seed = ? AND rung = ? AND state <> 'begun'",
      arguments: [identifier.architectureDigest, identifier.storedSeed, identifier.rung])
    if let finished { throw FileError.repeated(identifier, name: finished, path: path) }
    let member = try String.fetchOne(
      database, sql: "SELECT name FROM members WHERE digest = ?", arguments: [identifier.architectureDigest])
    guard let member else { throw FileError.withoutMember(identifier, path: path) }
    return member
  }
}

extension TrialIdentifier {
  /// SQLite's whole numbers are signed: seeds from 2^63 on are stored as negative numbers.
  fileprivate var storedSeed: Int64 { Int64(bitPattern: seed) }

  init(_ reader: RowReader) throws(FileError) {
    self.init(
      architectureDigest: try reader.text("digest"), seed: UInt64(bitPattern: try reader.integer("seed")),
      rung: Int(try reader.integer("rung")))
  }
}

extension TrialRecord {
  /// - Throws: `FileError` that names the field, also for a trial that has not finished.
  init(_ reader: RowReader) throws(FileError) {
    let state: TrialOutcome.State
    switch try reader.text("state") {
    case "completed": state = .completed
    case "failed":
      state = .failed(step: Int(try reader.integer("failed_step")), reason: try reader.text("failed_reason"))
    default: throw reader.unexpected("state", "completed or failed")
    }
    func number(_ column: String) throws(FileError) -> Double { try reader.number(column) ?? .nan }
    self.init(
      identifier: try TrialIdentifier(reader), name: try reader.text("name"),
      phase: TrialPhase(rawValue: try reader.text("phase")),
      outcome: TrialOutcome(
        state: state, validationAccuracy: try number("validation_accuracy"),
        validationLoss: try number("validation_loss"), trainingLoss: try number("training_loss"),
        durationSeconds: try number("duration_seconds"), imagesPerSecond: try number("images_per_second"),
        samplesSeen: Int(try reader.integer("samples_seen"))),
      finishedSeconds: try number("finished_seconds"))
  }
}
