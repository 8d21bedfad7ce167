internal import GRDB
package import ViTFiles
package import ViTSearch

/// A trial that was begun, as the database holds it.
package struct StoredTrial: Hashable, Sendable {
  package var identifier: TrialIdentifier
  /// The member's name.
  package var name: String
  /// How often its training was begun.
  package var attempts: Int
  /// ISO 8601, of the last attempt, by the time of day; nil where it was never noted.
  package var begun: String?
  package var finished: String?
  /// Its result; nil while it is being trained, or where its training was cut short.
  package var record: TrialRecord?
}

extension StoredTrial {
  /// - Throws: `FileError` that names the field.
  init(_ reader: RowReader) throws(FileError) {
    identifier = try TrialIdentifier(reader)
    name = try reader.text("name")
    attempts = Int(try reader.integer("attempts"))
    begun = try reader.optionalText("begun")
    finished = try reader.optionalText("finished")
    record = try reader.text("state") == "begun" ? nil : try TrialRecord(reader)
  }
}

extension StudyDatabase {
  /// All trials that were begun, in that order.
  package func trials() throws(FileError) -> [StoredTrial] {
    try read { database in
      try Row.fetchAll(database, sql: "SELECT * FROM trials ORDER BY id")
        .map { try StoredTrial(RowReader(row: $0, table: "trials", path: path)) }
    }
  }
}
