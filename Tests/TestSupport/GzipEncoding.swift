/// A minimal gzip writer, independent of zlib: RFC 1952 around stored blocks of RFC 1951.
package enum GzipEncoding {
  /// `content` as a gzip member.
  package static func member(_ content: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
    var start = 0
    repeat {
      let length = min(content.count - start, 0xffff)
      let isLast = start + length == content.count
      bytes.append(isLast ? 1 : 0)
      bytes += littleEndian(UInt16(length)) + littleEndian(~UInt16(length))
      bytes += content[start..<start + length]
      start += length
    } while start < content.count
    return bytes + littleEndian(checksum(content)) + littleEndian(UInt32(truncatingIfNeeded: content.count))
  }

  /// CRC-32 with the reversed polynomial edb88320.
  private static func checksum(_ content: [UInt8]) -> UInt32 {
    ~content.reduce(UInt32.max) { checksum, byte in
      (0..<8).reduce(checksum ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xedb8_8320 : 0) }
    }
  }

  private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
