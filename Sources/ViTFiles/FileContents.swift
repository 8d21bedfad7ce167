public import Foundation

/// Reads whole files with clear errors and an upper bound on their size.
public enum FileContents {
  /// The bytes of the file at `path`.
  ///
  /// - Parameter limit: The largest size to accept, in bytes.
  /// - Throws: `FileError` when the file is missing, unreadable, a folder, or larger than `limit`.
  public static func read(_ path: String, limit: Int = 1 << 34) throws(FileError) -> Data {
    var status = stat()
    guard stat(path, &status) == 0 else { throw FileError(.cannotRead, path: path, errno: errno) }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw FileError(.cannotRead, path: path, reason: "it is a folder, expected a file")
    }
    guard status.st_size <= limit else {
      throw FileError(
        .malformed, path: path, reason: "the file has \(status.st_size) bytes, expected at most \(limit)")
    }
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw FileError(.cannotRead, path: path, reason: error.localizedDescription)
    }
  }

  /// The text of the UTF-8 file at `path`.
  ///
  /// - Throws: `FileError` also when the bytes are not UTF-8; it names the first offending offset.
  public static func readText(_ path: String, limit: Int = 1 << 24) throws(FileError) -> String {
    let data = try read(path, limit: limit)
    guard let text = String(validating: data, as: UTF8.self) else {
      let valid = String(decoding: data, as: UTF8.self).utf8
      let offset = zip(data, valid).prefix { $0 == $1 }.count
      throw FileError(.malformed, path: path, reason: "not UTF-8: the byte at offset \(offset) starts no character")
    }
    return text
  }
}
