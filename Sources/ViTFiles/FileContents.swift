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

  /// The text of the UTF-8 file at `path`, without the byte order mark that editors on other systems put first.
  ///
  /// - Throws: `FileError` also when the bytes are not UTF-8; it names the first offending offset.
  package static func readText(_ path: String, limit: Int = 1 << 24) throws(FileError) -> String {
    let data = try read(path, limit: limit)
    guard let text = String(validating: data, as: UTF8.self) else {
      let offset = offsetOfInvalidUTF8(in: data)
      throw FileError(.malformed, path: path, reason: "not UTF-8: the byte at offset \(offset) starts no character")
    }
    return text.first == "\u{FEFF}" ? String(text.dropFirst()) : text
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
