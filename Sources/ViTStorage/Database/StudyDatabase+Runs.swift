internal import Foundation
internal import GRDB
package import ViTFiles

extension StudyDatabase {
  /// All runs, the start first.
  package func runs() throws(FileError) -> [Provenance.Run] {
    try read { database in
      try Row.fetchAll(database, sql: "SELECT * FROM runs ORDER BY id")
        .map { try Provenance.Run(RowReader(row: $0, table: "runs", path: path)) }
    }
  }

  /// Notes that a run has begun.
  package func begin(_ run: Provenance.Run) throws(FileError) { try write { try StudyDatabase.insert(run, in: $0) } }

  /// Notes how the last run ended.
  package func close(_ run: Provenance.Run) throws(FileError) {
    try write { database in
      let last = try Int64.fetchOne(database, sql: "SELECT max(id) FROM runs")
      try StudyDatabase.insert(run, identifier: last, in: database)
    }
  }

  /// - Parameter identifier: The run's; nil for a new one.
  static func insert(_ run: Provenance.Run, identifier: Int64? = nil, in database: Database) throws {
    try database.execute(
      sql: """
        INSERT INTO runs (id, version, command, state, started, finished, threads, phase_seconds, peak_memory_bytes,
          study_seconds)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET state = excluded.state, finished = excluded.finished,
          phase_seconds = excluded.phase_seconds, peak_memory_bytes = excluded.peak_memory_bytes,
          study_seconds = excluded.study_seconds
        """,
      arguments: [
        identifier, run.version, try JSONDocument.field(run.command, named: "a run"), run.state.rawValue, run.started,
        run.finished, run.threads, try JSONDocument.field(run.phaseSeconds, named: "a run"),
        try run.peakMemoryBytes.map { try JSONDocument.field($0, named: "a run") }, run.studySeconds,
      ])
  }
}

extension Provenance.Run {
  /// - Throws: `FileError` that names the field.
  init(_ reader: RowReader) throws(FileError) {
    func json<Value: Decodable>(_ type: Value.Type, _ text: String) throws(FileError) -> Value {
      try JSONDocument.decode(type, from: Data(text.utf8), path: "\(reader.path), table runs")
    }
    guard let state = State(rawValue: try reader.text("state")) else {
      throw reader.unexpected("state", "a run's state")
    }
    self.init(
      version: try reader.text("version"), command: try json([String].self, try reader.text("command")),
      started: try reader.text("started"), threads: Int(try reader.integer("threads")))
    self.state = state
    finished = try reader.optionalText("finished")
    phaseSeconds = try json([String: Double].self, try reader.text("phase_seconds"))
    if let text = try reader.optionalText("peak_memory_bytes") { peakMemoryBytes = try json([String: Int].self, text) }
    studySeconds = try reader.number("study_seconds")
  }
}
