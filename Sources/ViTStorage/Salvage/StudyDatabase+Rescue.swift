internal import Foundation
internal import GRDB
internal import ViTArchitecture
internal import ViTFiles
internal import ViTSearch

extension StudyDatabase {
  /// Writes a new database from the bytes of a damaged one.
  ///
  /// - Parameters:
  ///   - name: The damaged file's, for errors.
  ///   - others: The damaged study's folder, for facts that its database has lost.
  /// - Throws: `FileError` when the bytes hold nothing of a study; there is no new file then.
  static func rescue(
    file: Data, log: Data, name: String, beside others: String, to path: String
  ) throws -> SalvageReport {
    var report: SalvageReport?
    try build(at: path) { database in
      let tables = try SalvagedTable.all(in: database)
      let salvaged = SalvagedRows(file: file, log: log, tables: tables)
      try database.execute(sql: "PRAGMA defer_foreign_keys = ON")
      for table in tables {
        for row in salvaged.rows[table.name] ?? [] { try table.insert(row, into: database) }
      }
      let rescuer = Rescuer(database: database, path: name)
      try rescuer.restoreFacts(from: others)
      try rescuer.dropUnreadable()
      let plan = try rescuer.restoreMembers()
      try rescuer.dropOrphans()
      func count(_ sql: String) throws -> Int { try Int.fetchOne(database, sql: "SELECT count(*) FROM \(sql)") ?? 0 }
      let (trials, members) = (try count("trials"), try count("members"))
      guard trials > 0 || members > 0 || plan != nil else {
        throw FileError(.malformed, path: name, reason: "nothing of a study can be read in it")
      }
      report = SalvageReport(
        trials: .init(rescued: trials, known: max(trials, salvaged.trialCount)),
        finishedTrials: try count("trials WHERE state <> 'begun'"),
        members: .init(rescued: members, known: max(members, salvaged.memberCount)), hasPlan: plan != nil,
        hasFront: try count("fronts") > 0)
    }
    guard let report else { throw FileError(.malformed, path: name, reason: "nothing of a study can be read in it") }
    return report
  }
}

/// Makes salvaged rows into a study that holds together.
private struct Rescuer {
  let database: Database
  let path: String

  /// Facts that the database lost and other files of the study still have.
  func restoreFacts(from folder: String) throws {
    func restore(_ fact: StudyDatabase.Fact, _ value: String) throws {
      try database.execute(
        sql: "INSERT OR IGNORE INTO study (key, value) VALUES (?, ?)", arguments: [fact.rawValue, value])
    }
    if let text = try? FileContents.readText("\(folder)/\(StudyFiles.document)") { try restore(.space, text) }
    guard let provenance = try? Provenance.read(path: "\(folder)/\(Provenance.fileName)") else { return }
    try restore(.name, provenance.name)
    try restore(.version, provenance.version)
    try restore(.seed, "\(provenance.seed)")
    try restore(.device, provenance.device)
    try restore(.spaceDigest, provenance.digests[.space] ?? "")
    try restore(.digests, try JSONDocument.field(provenance.digests, named: path))
    try restore(.libraries, try JSONDocument.field(provenance.libraries, named: path))
    if let run = provenance.runs.first { try restore(.created, run.started) }
  }

  /// Drops rows that nvit could not read, so that they do not stand in the way of the others.
  func dropUnreadable() throws {
    try drop("trials") { _ = try StoredTrial($0) }
    try drop("runs") { _ = try Provenance.Run($0) }
    try drop("fronts") { _ = try FrontDocument(json: Data(try $0.text("document").utf8), path: path) }
    try drop("members") { reader in
      let member = try PlannedMember(reader)
      guard member.digest == member.architecture.digest else { throw reader.unexpected("digest", "the architecture's") }
    }
    try drop("study") { reader in
      guard try reader.text("key") == StudyDatabase.Fact.plan.rawValue else { return }
      _ = try StudyPlan.decode(Data(try reader.text("value").utf8), path: path)
    }
  }

  private func drop(_ table: String, unless check: (RowReader) throws -> Void) throws {
    for row in try Row.fetchAll(database, sql: "SELECT rowid AS row_number, * FROM \(table)") {
      do {
        try check(RowReader(row: row, table: table, path: path))
      } catch {
        try database.execute(sql: "DELETE FROM \(table) WHERE rowid = ?", arguments: [row["row_number"] as Int64])
      }
    }
  }

  /// Adds members that only the plan still has, in their old places. Gives the plan, if it could be read.
  func restoreMembers() throws -> StudyPlan? {
    let text = try String.fetchOne(
      database, sql: "SELECT value FROM study WHERE key = ?", arguments: [StudyDatabase.Fact.plan.rawValue])
    guard let text else { return nil }
    let plan = try StudyPlan.decode(Data(text.utf8), path: path)
    for (index, member) in plan.members.enumerated() {
      try StudyDatabase.insert([member], in: database)
      try database.execute(
        sql: "UPDATE OR IGNORE members SET id = ? WHERE digest = ?", arguments: [index + 1, member.digest])
    }
    return plan
  }

  /// Drops rows whose member or front is lost; a trial whose run is lost stays.
  func dropOrphans() throws {
    try database.execute(sql: "UPDATE trials SET run = NULL WHERE run NOT IN (SELECT id FROM runs)")
    for table in ["trials", "latencies", "front_members"] {
      try database.execute(sql: "DELETE FROM \(table) WHERE digest NOT IN (SELECT digest FROM members)")
    }
    try database.execute(sql: "DELETE FROM front_members WHERE front NOT IN (SELECT id FROM fronts)")
  }
}
