internal import Foundation
internal import GRDB

/// All rows of a study that its damaged files still hold.
struct SalvagedRows {
  private(set) var rows: [String: [PageScan.Entry]] = [:]
  /// How many trials were begun, as far as rows and index entries tell: their numbers have no gaps.
  private(set) var trialCount = 0
  /// How many members there were, in the same sense.
  private(set) var memberCount = 0

  /// - Parameters:
  ///   - database: The bytes of the file.
  ///   - log: The bytes of the write-ahead log beside it; empty where there is none.
  init(database: Data, log: Data, tables: [SalvagedTable]) {
    let log = WriteAheadLog(log)
    let pageSize = PageScan.pageSize(of: database) ?? log?.pageSize ?? 4096
    let fitting = log.flatMap { $0.pageSize == pageSize ? $0 : nil }
    var entries = PageScan(file: database, newer: fitting?.committed ?? [:], pageSize: pageSize).entries()
    if let fitting, fitting.isDamaged {
      // SQLite stops reading at the first damaged frame; what lies behind is whole as a rule.
      entries += PageScan(file: database, newer: fitting.all, pageSize: pageSize).entries()
    }
    for table in tables { rows[table.name] = SalvagedRows.newest(entries.filter(table.admits), of: table) }
    let trialEntries = entries.compactMap(SalvagedRows.indexedTrial)
    let trialRows = rows["trials"] ?? []
    trialCount = max(
      trialRows.count, Set(trialEntries).count, Int(clamping: trialRows.compactMap(\.identifier).max() ?? 0))
    memberCount = (rows["members"] ?? []).count
    memberCount = max(memberCount, Int(clamping: (rows["members"] ?? []).compactMap(\.identifier).max() ?? 0))
  }

  /// Old versions of a row can lie on pages that are out of use. Fields are only ever filled in, so the version with
  /// most of them is the newest.
  private static func newest(_ entries: [PageScan.Entry], of table: SalvagedTable) -> [PageScan.Entry] {
    var newest: [[DatabaseValue]: PageScan.Entry] = [:]
    func filled(_ entry: PageScan.Entry) -> Int { entry.values.count { !$0.isNull } }
    for entry in entries where (entry.identifier ?? 0) > 0 {
      // A table without numbers of its own has a key in its first columns.
      let key = table.hasIdentifier ? [entry.identifier.databaseValue] : Array(entry.values.prefix(table.keyLength))
      if let known = newest[key], filled(known) >= filled(entry) { continue }
      newest[key] = entry
    }
    return newest.values.sorted { ($0.identifier ?? 0) < ($1.identifier ?? 0) }
  }

  /// The row number in an entry of the index over digest, seed and rung.
  private static func indexedTrial(_ entry: PageScan.Entry) -> Int64? {
    guard entry.identifier == nil, entry.values.count == 4, case .string = entry.values[0].storage,
      case .int64 = entry.values[1].storage, case .int64 = entry.values[2].storage,
      case .int64(let row) = entry.values[3].storage, row > 0
    else { return nil }
    return row
  }
}

extension SalvagedTable {
  /// Columns of the key of a table without row numbers of its own.
  fileprivate var keyLength: Int { name == "front_members" ? 2 : 1 }
}
