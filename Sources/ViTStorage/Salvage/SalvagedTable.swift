internal import GRDB

/// What rows of a table look like, so that they can be told apart among bytes that do not say where they belong.
struct SalvagedTable {
  struct Column {
    var name: String
    /// INTEGER, REAL or TEXT.
    var type: String
    var allowsNull: Bool
    /// Whether the column is the row's own number, which SQLite stores as NULL.
    var isIdentifier: Bool

    func admits(_ value: DatabaseValue) -> Bool {
      switch (value.storage, type) {
      case (.null, _): allowsNull || isIdentifier
      // SQLite stores numbers without a fraction as whole numbers.
      case (.int64, "INTEGER"), (.int64, "REAL"), (.double, "REAL"), (.string, "TEXT"): !isIdentifier
      default: false
      }
    }
  }

  var name: String
  var columns: [Column]

  var hasIdentifier: Bool { columns.contains(where: \.isIdentifier) }

  /// The tables of the current schema, those that others refer to first.
  static func all(in database: Database) throws -> [SalvagedTable] {
    let names = try String.fetchAll(
      database,
      sql: """
        SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'grdb_%'
        ORDER BY rowid
        """)
    return try names.map { name in
      let columns = try Row.fetchAll(database, sql: "SELECT * FROM pragma_table_info(?)", arguments: [name])
        .map { row in
          let type: String = row["type"]
          let isKey = (row["pk"] as Int) > 0
          return Column(
            name: row["name"], type: type, allowsNull: (row["notnull"] as Int) == 0 && !isKey,
            isIdentifier: isKey && type == "INTEGER" && row["name"] == "id")
        }
      return SalvagedTable(name: name, columns: columns)
    }
  }

  /// Whether a row may be one of this table. A row may lack the last columns, if they were added after it was written.
  func admits(_ entry: PageScan.Entry) -> Bool {
    guard entry.identifier != nil, !entry.values.isEmpty, entry.values.count <= columns.count else { return false }
    return zip(columns, entry.values).allSatisfy { $0.admits($1) }
      && columns.dropFirst(entry.values.count).allSatisfy(\.allowsNull)
  }

  /// Puts a row into the table; one that breaks the table's rules is left out.
  func insert(_ entry: PageScan.Entry, into database: Database) throws {
    let values = zip(columns, entry.values).map { column, value in
      column.isIdentifier ? entry.identifier.databaseValue : value
    }
    let names = columns.prefix(values.count).map(\.name).joined(separator: ", ")
    let marks = values.map { _ in "?" }.joined(separator: ", ")
    try database.execute(
      sql: "INSERT OR IGNORE INTO \(name) (\(names)) VALUES (\(marks))", arguments: StatementArguments(values))
  }
}
