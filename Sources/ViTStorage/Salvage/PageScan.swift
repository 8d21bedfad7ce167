internal import Foundation
internal import GRDB

/// Reads rows out of the pages of a database one page at a time, without following the tree that connects them, so
/// that a damaged page costs its own rows and no others.
///
/// Source: "Database File Format", https://www.sqlite.org/fileformat2.html
struct PageScan {
  /// A row of a table, or an entry of an index, in the order of the columns.
  struct Entry {
    /// Nil for an entry of an index.
    var identifier: Int64?
    var values: [DatabaseValue]
  }

  let pageSize: Int
  /// What the log holds in place of the file's pages.
  let newer: [UInt32: Data]
  private let file: Data

  init(file: Data, newer: [UInt32: Data], pageSize: Int) {
    self.file = file
    self.newer = newer
    self.pageSize = pageSize
  }

  /// The size that the file's header gives; nil where that is damaged.
  static func pageSize(of file: Data) -> Int? {
    guard let stored = PageBytes(file.prefix(100)).short(at: 16) else { return nil }
    let size = stored == 1 ? 65536 : stored
    return (512...65536).contains(size) && size & (size - 1) == 0 ? size : nil
  }

  /// Every row and index entry that can be read, by page.
  func entries() -> [Entry] {
    let pageCount = file.count / pageSize
    let numbers = Set((0..<pageCount).map { UInt32($0 + 1) }).union(newer.keys).sorted()
    var uses = Uses()
    return numbers.flatMap { entries(onPage: $0, &uses) }
  }

  /// How often each page was read as the overflow of a row. In a sound file it is once, and old versions of a row may
  /// point there too; damaged pages whose many rows all point to one chain would take time and memory without bound.
  private struct Uses {
    private var counts: [UInt32: Int] = [:]
    private static let limit = 8

    mutating func admit(_ page: UInt32) -> Bool {
      counts[page, default: 0] += 1
      return counts[page, default: 0] <= Uses.limit
    }
  }

  private func page(_ number: UInt32) -> PageBytes? {
    if let data = newer[number] { return PageBytes(data) }
    guard number > 0, number <= file.count / pageSize else { return nil }
    let start = file.startIndex + (Int(number) - 1) * pageSize
    return PageBytes(file[start..<start + pageSize])
  }

  private func entries(onPage number: UInt32, _ uses: inout Uses) -> [Entry] {
    guard let page = page(number) else { return [] }
    // The first page begins with the file's header.
    let header = number == 1 ? 100 : 0
    let isTable: Bool
    switch page[header] {
    case 0x0d: isTable = true
    case 0x0a: isTable = false
    default: return []
    }
    guard let count = page.short(at: header + 3), header + 8 + 2 * count <= pageSize else { return [] }
    var entries: [Entry] = []
    // Rows lie side by side, so that in a sound page they are together no larger than it; some damage is allowed for.
    var room = 4 * pageSize
    for index in 0..<count where room >= 0 {
      guard let start = page.short(at: header + 8 + 2 * index) else { continue }
      if let entry = entry(page, at: start, isTable: isTable, &room, &uses) { entries.append(entry) }
    }
    return entries
  }

  /// - Parameter room: What is left of the page for further rows.
  private func entry(
    _ page: PageBytes, at start: Int, isTable: Bool, _ room: inout Int, _ uses: inout Uses
  ) -> Entry? {
    guard let size = page.variableNumber(at: start), size.value > 0, size.value <= Int64(file.count + 1 << 28) else {
      return nil
    }
    var offset = start + size.length
    var identifier: Int64?
    if isTable {
      guard let number = page.variableNumber(at: offset) else { return nil }
      identifier = number.value
      offset += number.length
    }
    guard let payload = payload(page, at: offset, size: Int(size.value), isTable: isTable, &room, &uses),
      let values = PageScan.values(PageBytes(payload))
    else { return nil }
    return Entry(identifier: identifier, values: values)
  }

  /// The bytes of a row, its overflow pages included.
  private func payload(
    _ page: PageBytes, at offset: Int, size: Int, isTable: Bool, _ room: inout Int, _ uses: inout Uses
  ) -> Data? {
    let smallest = (pageSize - 12) * 32 / 255 - 23
    let largest = isTable ? pageSize - 35 : (pageSize - 12) * 64 / 255 - 23
    guard size > largest else {
      room -= size
      let data = page.data(offset..<offset + size)
      return data.count == size ? data : nil
    }
    let wanted = smallest + (size - smallest) % (pageSize - 4)
    let local = wanted <= largest ? wanted : smallest
    room -= local
    var data = page.data(offset..<offset + local)
    guard data.count == local, var next = page.number(at: offset + local) else { return nil }
    var seen: Set<UInt32> = []
    while data.count < size {
      guard next != 0, seen.insert(next).inserted, uses.admit(next), let overflow = self.page(next),
        let following = overflow.number(at: 0)
      else { return nil }
      data.append(overflow.data(4..<min(pageSize, 4 + size - data.count)))
      next = following
    }
    return data
  }

  /// The columns of a row; nil where its bytes contradict one another.
  private static func values(_ bytes: PageBytes) -> [DatabaseValue]? {
    guard let header = bytes.variableNumber(at: 0), header.value > 0, header.value <= Int64(bytes.count) else {
      return nil
    }
    var offset = header.length
    var content = Int(header.value)
    var values: [DatabaseValue] = []
    while offset < Int(header.value) {
      guard let type = bytes.variableNumber(at: offset), let value = value(bytes, type.value, at: &content) else {
        return nil
      }
      values.append(value)
      offset += type.length
    }
    return content == bytes.count ? values : nil
  }

  private static func value(_ bytes: PageBytes, _ type: Int64, at offset: inout Int) -> DatabaseValue? {
    func whole(_ length: Int) -> Int64? {
      guard let first = bytes[offset] else { return nil }
      var value = Int64(Int8(bitPattern: first))
      for index in 1..<max(length, 1) where length > 1 {
        guard let byte = bytes[offset + index] else { return nil }
        value = value << 8 | Int64(byte)
      }
      offset += length
      return value
    }
    switch type {
    case 0: return .null
    case 1...4: return whole(Int(type))?.databaseValue
    case 5: return whole(6)?.databaseValue
    case 6: return whole(8)?.databaseValue
    case 7: return whole(8).flatMap { Double(bitPattern: UInt64(bitPattern: $0)).databaseValue }
    case 8, 9: return (type - 8).databaseValue
    case 12...:
      guard type / 2 - 6 <= Int64(bytes.count) else { return nil }
      let length = Int(type - 12) / 2
      guard offset + length <= bytes.count else { return nil }
      let data = bytes.data(offset..<offset + length)
      offset += length
      if type.isMultiple(of: 2) { return data.databaseValue }
      return String(validating: data, as: UTF8.self)?.databaseValue
    default: return nil
    }
  }
}
