internal import Foundation
internal import GRDB
package import ViTFiles
internal import ViTSearch

/// A study's SQLite file: plan, members, trials, latencies, front and runs. `docs/study-database.md` describes the
/// tables.
///
/// One connection writes, whose process holds the study's folder; any number of others read meanwhile. Every change is
/// one transaction, on disk (write-ahead log, `synchronous = FULL`) before its method returns.
package final class StudyDatabase: Sendable {
  package let path: String
  let queue: DatabaseQueue

  private init(path: String, _ configuration: Configuration) throws(FileError) {
    self.path = path
    do {
      queue = try DatabaseQueue(path: path, configuration: configuration)
    } catch {
      throw FileError(database: error, path: path)
    }
  }

  // MARK: Opening

  /// Opens the database of a study that goes on, and brings it to the current schema.
  ///
  /// - Throws: `FileError` when there is none, or it is damaged, no study's, or of a newer schema.
  package convenience init(path: String) throws(FileError) {
    try StudyDatabase.requireFile(path)
    try self.init(path: path, StudyDatabase.configuration())
    try access { queue in
      _ = try queue.read { try StudySchema.version(of: $0, path: self.path) }
      try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
      try StudySchema.migrator.migrate(queue)
    }
  }

  /// Opens a database to look at it; a search may go on meanwhile.
  ///
  /// - Throws: As `init(path:)`, and when the database has an older schema.
  package convenience init(readOnly path: String) throws(FileError) {
    try StudyDatabase.requireFile(path)
    var configuration = StudyDatabase.configuration()
    configuration.readonly = true
    try self.init(path: path, configuration)
    try access { queue in
      let version = try queue.read { try StudySchema.version(of: $0, path: self.path) }
      guard version == StudySchema.version else {
        throw FileError(
          .malformed, path: self.path,
          reason: """
            the database has schema \(version), expected \(StudySchema.version); \
            `nvit explore SPACE --resume` brings it up to date
            """)
      }
    }
  }

  /// Writes the database of a new study: all of it, or no file.
  ///
  /// - Parameter provenance: Its runs are recorded as well.
  static func create(
    at path: String, plan: StudyPlan, documentText: String, provenance: Provenance
  ) throws(FileError) {
    try build(at: path) { try begin(plan, documentText, provenance, in: $0) }
  }

  /// Writes a database under a temporary name, and renames it into place when it is complete.
  ///
  /// - Parameter fill: Fills the empty tables.
  static func build(at path: String, _ fill: (Database) throws -> Void) throws(FileError) {
    let temporary = "\(path).\(getpid()).partial"
    for suffix in ["", "-journal"] { unlink(temporary + suffix) }
    do throws(FileError) {
      let database = try StudyDatabase(path: temporary, configuration())
      try database.access { queue in
        try queue.writeWithoutTransaction { try $0.execute(sql: StudySchema.fileSettings) }
        try StudySchema.migrator.migrate(queue)
        try queue.write(fill)
        try queue.close()
      }
    } catch {
      for suffix in ["", "-journal"] { unlink(temporary + suffix) }
      throw error.path == temporary ? FileError(error.code, path: path, reason: error.reason) : error
    }
    try AtomicFile.move(temporary, to: path)
  }

  private static func configuration() -> Configuration {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = true
    // Someone may hold a lock for a moment, such as a person in the sqlite3 shell.
    configuration.busyMode = .timeout(10)
    configuration.prepareDatabase { database in
      if !database.configuration.readonly { try database.execute(sql: "PRAGMA synchronous = FULL") }
    }
    return configuration
  }

  private static func requireFile(_ path: String) throws(FileError) {
    guard Foundation.access(path, R_OK) == 0 else { throw FileError(.cannotRead, path: path, errno: errno) }
  }

  // MARK: Access

  func read<Value>(_ body: (Database) throws -> Value) throws(FileError) -> Value {
    try access { try $0.read(body) }
  }

  func write<Value>(_ body: (Database) throws -> Value) throws(FileError) -> Value {
    try access { try $0.write(body) }
  }

  private func access<Value>(_ body: (DatabaseQueue) throws -> Value) throws(FileError) -> Value {
    do {
      return try body(queue)
    } catch {
      throw FileError(database: error, path: path)
    }
  }

  /// Moves everything from the log into the one file, so that the study can be copied and read without its neighbours.
  ///
  /// A reader may keep SQLite from doing so; the log then holds what the file lacks, as it did before.
  func settle() {
    try? queue.writeWithoutTransaction { database in
      _ = try database.checkpoint(.truncate)
      try database.execute(sql: "PRAGMA journal_mode = DELETE")
    }
  }

  /// For tests: lets the file grow no further, as a full disk does; nil takes the limit away.
  package func limit(pages: Int?) throws(FileError) {
    try access { queue in
      _ = try queue.writeWithoutTransaction {
        try Int.fetchOne($0, sql: "PRAGMA max_page_count = \(pages ?? 1_000_000_000)")
      }
    }
  }

  /// For tests: what SQLite says of a setting.
  package func setting(_ name: String) throws(FileError) -> String? {
    try access { queue in try queue.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA \(name)") } }
  }
}
