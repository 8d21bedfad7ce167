internal import Foundation
internal import GRDB
package import ViTFiles
internal import ViTLatency
internal import ViTNumerics
package import ViTSearch

extension StudyDatabase {
  /// Records what the study found, and the latencies that were measured for it.
  package func record(_ front: FrontDocument) throws(FileError) {
    let document = try JSONDocument.field(front, named: "the front")
    try write { database in
      for entry in front.entries {
        if let latency = entry.measuredLatency { try insert(latency, of: entry.digest, in: database) }
      }
      try database.execute(
        sql: """
          INSERT INTO fronts (made, objective, reference_latency_seconds, reference_value, hypervolume, document)
          VALUES (?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          Date.now.formatted(.iso8601), front.objective.rawValue, front.hypervolume?.upperLatencySeconds ?? 0,
          front.hypervolume?.referenceValue ?? 0, front.hypervolume?.front ?? 0, document,
        ])
      let identifier = database.lastInsertedRowID
      for entry in front.entries {
        try database.execute(
          sql: """
            INSERT INTO front_members (front, digest, on_front, latency_seconds, accuracy, accuracy_half_width,
              test_accuracy, probability_above_baselines)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
          arguments: [
            identifier, entry.digest, entry.isOnFront ? 1 : 0, entry.latencySeconds, entry.validation?.mean,
            entry.validation?.halfWidth, entry.test?.mean, entry.probabilityAboveBaselines,
          ])
      }
    }
  }

  /// What the study found; nil while it is not complete.
  package func front() throws(FileError) -> FrontDocument? {
    let document = try read { database in
      try Row.fetchOne(database, sql: "SELECT id, document FROM fronts ORDER BY id DESC LIMIT 1")
        .map { try RowReader(row: $0, table: "fronts", path: path).text("document") }
    }
    return try document.map { (text) throws(FileError) in
      try FrontDocument(json: Data(text.utf8), path: "\(path), table fronts")
    }
  }

  private func insert(_ latency: LatencyRecord, of digest: String, in database: Database) throws {
    let conditions = latency.conditions
    try database.execute(
      sql: """
        INSERT INTO latencies (digest, seconds, lower_seconds, upper_seconds, repetitions, warmups, device, engine,
          batch_size, threads, precision, date)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        digest, latency.seconds, latency.latency.lower, latency.latency.upper, latency.repetitions, latency.warmups,
        conditions.device, conditions.engine, conditions.batchSize, conditions.threads, conditions.precision,
        conditions.date,
      ])
  }
}
