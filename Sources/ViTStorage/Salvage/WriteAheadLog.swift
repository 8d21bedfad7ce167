internal import Foundation

/// SQLite's write-ahead log: pages that are newer than those of the database file.
///
/// Source: "WAL-mode File Format", https://www.sqlite.org/walformat.html
struct WriteAheadLog {
  /// Newest image of each page by number, as far as the last whole transaction; what SQLite itself would read.
  private(set) var committed: [UInt32: Data] = [:]
  /// The same with the frames behind the first damaged one.
  private(set) var all: [UInt32: Data] = [:]
  /// Whether frames of this log lie behind a damaged one.
  private(set) var isDamaged = false
  let pageSize: Int

  /// Nil when the bytes do not begin like a log.
  init?(_ bytes: Data) {
    let bytes = PageBytes(bytes)
    guard let magic = bytes.number(at: 0), magic & ~1 == 0x377f_0682, let size = bytes.number(at: 8),
      (512...65536).contains(size), size & (size - 1) == 0
    else { return nil }
    pageSize = Int(size)
    let isBigEndian = magic & 1 == 1
    var sum = Checksum(isBigEndian: isBigEndian)
    sum.add(bytes, 0..<24)
    let isHeaderWhole = sum.matches(bytes, at: 24)
    var pending: [UInt32: Data] = [:]
    var isIntact = isHeaderWhole
    var offset = 32
    while offset + 24 + pageSize <= bytes.count {
      defer { offset += 24 + pageSize }
      // Frames with other salts are left from before the last checkpoint.
      guard bytes.number(at: offset + 8) == bytes.number(at: 16),
        bytes.number(at: offset + 12) == bytes.number(at: 20), let page = bytes.number(at: offset), page > 0
      else {
        isIntact = false
        continue
      }
      let content = offset + 24..<offset + 24 + pageSize
      if isIntact {
        sum.add(bytes, offset..<offset + 8)
        sum.add(bytes, content)
        isIntact = sum.matches(bytes, at: offset + 16)
      }
      if !isIntact { isDamaged = true }
      let image = bytes.data(content)
      all[page] = image
      guard isIntact else { continue }
      pending[page] = image
      // The number of pages in the database stands in the last frame of a transaction.
      if bytes.number(at: offset + 4) != 0 {
        committed.merge(pending) { $1 }
        pending = [:]
      }
    }
    isDamaged = isDamaged || !isHeaderWhole
  }

  /// The running checksum of a log, over pairs of 32-bit words.
  private struct Checksum {
    let isBigEndian: Bool
    var first: UInt32 = 0
    var second: UInt32 = 0

    init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

    mutating func add(_ bytes: PageBytes, _ range: Range<Int>) {
      for offset in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
        first &+= word(bytes, offset) &+ second
        second &+= word(bytes, offset + 4) &+ first
      }
    }

    func matches(_ bytes: PageBytes, at offset: Int) -> Bool {
      bytes.number(at: offset) == first && bytes.number(at: offset + 4) == second
    }

    private func word(_ bytes: PageBytes, _ offset: Int) -> UInt32 {
      let number = bytes.number(at: offset) ?? 0
      return isBigEndian ? number : number.byteSwapped
    }
  }
}

/// Bytes that are read by offset, with nothing beyond the end.
struct PageBytes {
  private let bytes: [UInt8]

  init(_ data: Data) { bytes = [UInt8](data) }

  var count: Int { bytes.count }

  subscript(_ offset: Int) -> UInt8? { bytes.indices.contains(offset) ? bytes[offset] : nil }

  /// A big-endian number of two bytes.
  func short(at offset: Int) -> Int? {
    guard let high = self[offset], let low = self[offset + 1] else { return nil }
    return Int(high) << 8 | Int(low)
  }

  /// A big-endian number of four bytes.
  func number(at offset: Int) -> UInt32? {
    guard let high = short(at: offset), let low = short(at: offset + 2) else { return nil }
    return UInt32(high) << 16 | UInt32(low)
  }

  /// The bytes of a range, cut to those that are there.
  func data(_ range: Range<Int>) -> Data { Data(bytes[range.clamped(to: bytes.indices)]) }

  /// SQLite's number of one to nine bytes, seven bits in each of the first eight, and how many bytes it took.
  func variableNumber(at offset: Int) -> (value: Int64, length: Int)? {
    var value: UInt64 = 0
    for index in 0..<9 {
      guard let byte = self[offset + index] else { return nil }
      if index == 8 { return (Int64(bitPattern: value << 8 | UInt64(byte)), 9) }
      value = value << 7 | UInt64(byte & 0x7f)
      if byte < 0x80 { return (Int64(bitPattern: value), index + 1) }
    }
    return nil
  }
}
