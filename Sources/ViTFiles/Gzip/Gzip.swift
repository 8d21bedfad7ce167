/// Files compressed with gzip (RFC 1952).
package enum Gzip {
  /// The whole content of a gzip-compressed file.
  ///
  /// - Parameters:
  ///   - limit: The largest content to accept, in bytes; inflating stops there.
  ///   - allowsPlain: Whether a file without gzip's magic number is returned as it is, rather than refused.
  /// - Throws: `FileError` when the file cannot be read, is truncated or corrupt, fails its checksum, or holds more
  ///   than `limit` bytes.
  package static func read(_ path: String, limit: Int, allowsPlain: Bool = false) throws(FileError) -> [UInt8] {
    var reader = try Reader(path: path, allowsPlain: allowsPlain)
    let bytes = try reader.read(atMost: limit)
    guard try reader.read(atMost: 1).isEmpty else {
      throw FileError(.malformed, path: path, reason: "the content has more than \(limit) bytes")
    }
    return bytes
  }
}
