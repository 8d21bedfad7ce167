internal import Foundation
internal import GRDB
internal import ViTArchitecture
package import ViTFiles
internal import ViTLatency
internal import ViTNumerics
package import ViTSearch

extension StudyDatabase {
  package func members() throws(FileError) -> [PlannedMember] {
    try read { database in
      try Row.fetchAll(database, sql: "SELECT * FROM members ORDER BY id")
        .map { try PlannedMember(RowReader(row: $0, table: "members", path: path)) }
    }
  }

  package func add(_ members: [PlannedMember]) throws(FileError) {
    guard !members.isEmpty else { return }
    try write { try StudyDatabase.insert(members, in: $0) }
  }

  static func insert(_ members: [PlannedMember], in database: Database) throws {
    let statement = try database.makeStatement(
      sql: """
        INSERT INTO members (digest, name, role, architecture, embedding, depth, parameters, macs,
          predicted_latency_seconds, predicted_uncertainty_seconds, targets, open_values, point, round)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING
        """)
    for member in members {
      let architecture = member.architecture
      try statement.execute(arguments: [
        member.digest, member.name, member.role.rawValue, architecture.canonicalJSON, architecture.embedding,
        architecture.depth, architecture.parameterCount, architecture.multiplyAccumulates, member.latency.seconds,
        member.latency.uncertaintySeconds, try JSONDocument.field(member.targets, named: member.name),
        try JSONDocument.field(member.values, named: member.name),
        try JSONDocument.field(member.point, named: member.name), member.round,
      ])
    }
  }
}

extension PlannedMember {
  /// - Throws: `FileError` that names the field.
  init(_ reader: RowReader) throws(FileError) {
    func json<Value: Decodable>(_ type: Value.Type, _ column: String) throws(FileError) -> Value {
      try JSONDocument.decode(type, from: Data(try reader.text(column).utf8), path: reader.path)
    }
    func seconds(_ column: String) throws(FileError) -> Double {
      guard let seconds = try reader.number(column) else { throw reader.unexpected(column, "a number") }
      return seconds
    }
    guard let role = MemberRole(rawValue: try reader.text("role")) else {
      throw reader.unexpected("role", "baseline, candidate or random-search")
    }
    let architecture: Architecture
    do {
      architecture = try Architecture(json: Data(try reader.text("architecture").utf8))
    } catch {
      throw reader.unexpected("architecture", "an architecture: \(error)")
    }
    self.init(
      role: role, name: try reader.text("name"), digest: try reader.text("digest"), architecture: architecture,
      latency: Estimate(
        predictedSeconds: try seconds("predicted_latency_seconds"),
        uncertainty: try seconds("predicted_uncertainty_seconds")),
      targets: try json([String].self, "targets"))
    values = try json([String: Double].self, "open_values")
    point = try json([Double].self, "point")
    round = Int(try reader.integer("round"))
  }
}
