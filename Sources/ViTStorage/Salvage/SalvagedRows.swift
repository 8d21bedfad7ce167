internal import Foundation
internal import GRDB

/// All rows of a study that its damaged files still hold.
struct SalvagedRows {
  private(set) var rows: [String: [PageScan.Entry]] = [:]
  /// How many trials were begun at least, as rows and index entries tell: the numbers of rows have no gaps.
  private(set) var trialCount = 0
  /// How many members there were at least.
  private(set) var memberCount = 0

  /// - Parameters:
  ///   - file: The bytes of the database.
  ///   - logBytes: Those of the write-ahead log beside it; empty where there is none.
  init(file: Data, log logBytes: Data, tables: [SalvagedTable]) {
    let log = WriteAheadLog(logBytes)
    let pageSize = PageScan.pageSize(of: file) ?? log?.pageSize ?? 4096
    let fitting = log.flatMap { $0.pageSize == pageSize ? $0 : nil }
    var entries = PageScan(file: file, newer: fitting?.committed ?? [:], pageSize: pageSize).entries()
    if let fitting, fitting.isDamaged {
      // SQLite stops reading at the first damaged frame; what lies behind is whole as a rule.
      entries += PageScan(file: file, newer: fitting.all, pageSize: pageSize).entries()
    }
    for table in tables { rows[table.name] = SalvagedRows.newest(entries.filter(table.admits), of: table) }
    // A row takes more than 16 bytes, so a larger number is itself damaged.
    let largest = Int64((file.count + logBytes.count) / 16)
    func count(_ table: String, _ indexed: [Int64] = []) -> Int {
      let numbers = (rows[table] ?? []).compactMap(\.identifier) + indexed
      return Int(numbers.filter { $0 <= largest }.max() ?? 0)
    }
    trialCount = count("trials", entries.compactMap(SalvagedRows.indexedTrial))
    memberCount = count("members")
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
