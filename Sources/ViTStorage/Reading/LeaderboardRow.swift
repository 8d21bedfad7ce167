internal import GRDB
package import ViTFiles
internal import ViTSearch

/// A member as the view `leaderboard` shows it.
package struct LeaderboardRow: Hashable, Sendable, Encodable {
  package var name: String
  /// As the outcome has it: a member that the search drew and dropped, and random search chose, is random search's.
  package var role: String
  package var digest: String
  package var isOnFront: Bool
  /// Measured if known, else predicted, for one batch.
  package var latencySeconds: Double?
  /// Mean over the completed trainings of the highest rung; nil where there is none.
  package var accuracy: Double?
  package var testAccuracy: Double?
  package var trainings: Int
  package var failed: Int
  package var rung: Int?
  package var parameters: Int
  package var multiplyAccumulates: Int

  private enum CodingKeys: String, SnakeCaseKey {
    case name, role, digest, isOnFront = "on_front", latencySeconds, accuracy, testAccuracy, trainings, failed, rung
    case parameters, multiplyAccumulates
  }
}

extension LeaderboardRow {
  /// - Throws: `FileError` that names the field.
  init(_ reader: RowReader) throws(FileError) {
    name = try reader.text("name")
    role = try reader.text("role")
    digest = try reader.text("digest")
    isOnFront = try reader.integer("on_front") != 0
    latencySeconds = try reader.number("latency_seconds")
    accuracy = try reader.number("accuracy")
    testAccuracy = try reader.number("test_accuracy")
    trainings = Int(try reader.integer("trainings"))
    failed = Int(try reader.integer("failed"))
    rung = try reader.optionalInteger("rung").map { Int($0) }
    parameters = Int(try reader.integer("parameters"))
    multiplyAccumulates = Int(try reader.integer("macs"))
  }
}

extension StudyDatabase {
  /// All members: those that the outcome reports, then the others, which a search may have seen only once; the highest
  /// accuracy first among each.
  package func leaderboard() throws(FileError) -> [LeaderboardRow] {
    let found = try front()?.entries ?? []
    let roles = Dictionary(found.map { ($0.digest, $0.role.rawValue) }) { first, _ in first }
    return try rows().map { row in
      var row = row
      row.role = roles[row.digest] ?? row.role
      return row
    }
  }

  private func rows() throws(FileError) -> [LeaderboardRow] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT * FROM leaderboard
          ORDER BY digest IN (SELECT digest FROM front_members WHERE front = (SELECT max(id) FROM fronts)) DESC,
            accuracy DESC, latency_seconds
          """
      )
      .map { try LeaderboardRow(RowReader(row: $0, table: "leaderboard", path: path)) }
    }
  }
}
