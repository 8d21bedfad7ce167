package import Foundation

/// Reads whole files with clear errors and an upper bound on their size.
package enum FileContents {
  /// The bytes of the file or pipe at `path`.
  ///
  /// - Parameter limit: The largest size to accept, in bytes.
  /// - Throws: `FileError` when the file is missing, unreadable, a folder, a device, or larger than `limit`.
  package static func read(_ path: String, limit: Int = 1 << 34) throws(FileError) -> Data {
    let file = try FileDescriptorReader(path: path)
    guard file.announcedSize <= limit else {
      throw FileError(
        .malformed, path: path, reason: "the file has \(file.announcedSize) bytes, expected at most \(limit)")
    }
    if let shortage = MemoryLimit.shortage(forLarge: file.announcedSize) {
      throw FileError(.cannotRead, path: path, reason: "it takes \(shortage)")
    }
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { piece.deallocate() }
    var data = Data(capacity: file.announcedSize)
    while true {
      let count = try file.read(into: piece)
      if count == 0 { return data }
      guard count <= limit - data.count else {
        throw FileError(.malformed, path: path, reason: "the file has more than \(limit) bytes")
      }
      // A pipe announces nothing; `Data` grows by doubling.
      if data.count + count > file.announcedSize, let shortage = MemoryLimit.shortage(growing: data.count, by: count) {
        throw FileError(.cannotRead, path: path, reason: "its content takes \(shortage)")
      }
      data.append(contentsOf: UnsafeRawBufferPointer(rebasing: piece[..<count]))
    }
  }

  /// The text of the UTF-8 file at `path`, without the byte order mark that editors on other systems put first. A file
  /// whose mark says UTF-16, as other systems' shells write it, is read as that.
  ///
  /// - Throws: `FileError` also when the bytes are no such text; of UTF-8 it names the first offending offset.
  package static func readText(_ path: String, limit: Int = 1 << 24) throws(FileError) -> String {
    let data = try read(path, limit: limit)
    if let text = try utf16(data, path: path) { return text }
    guard let text = String(validating: data, as: UTF8.self) else {
      let offset = offsetOfInvalidUTF8(in: data)
      throw FileError(.malformed, path: path, reason: "not UTF-8: the byte at offset \(offset) starts no character")
    }
    return text.first == "\u{FEFF}" ? String(text.dropFirst()) : text
  }

  /// The text behind a byte order mark of UTF-16; nil where there is none.
  private static func utf16(_ data: Data, path: String) throws(FileError) -> String? {
    let bytes = [UInt8](data)
    let isBigEndian = bytes.starts(with: [0xfe, 0xff])
    guard isBigEndian || bytes.starts(with: [0xff, 0xfe]) else { return nil }
    guard bytes.count.isMultiple(of: 2) else {
      throw FileError(.malformed, path: path, reason: "UTF-16 by its first bytes, but it ends within a character")
    }
    let units = stride(from: 2, to: bytes.count, by: 2).map { place in
      let (first, second) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
      return isBigEndian ? first << 8 | second : second << 8 | first
    }
    guard let text = String(validating: units, as: UTF16.self) else {
      throw FileError(.malformed, path: path, reason: "UTF-16 by its first bytes, but it holds half characters")
    }
    return text
  }

  private static func offsetOfInvalidUTF8(in data: Data) -> Int {
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: data.span)
      return data.count
    } catch {
      return error.byteOffsets.lowerBound
    }
  }
}
