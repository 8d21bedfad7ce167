/// A writer of the IDX format, independent of the reader: a magic number, the sizes, big-endian, and bytes.
package enum IDXEncoding {
  package static func file(_ sizes: [UInt32], _ content: [UInt8]) -> [UInt8] {
    let words = [0x800 | UInt32(sizes.count)] + sizes
    return words.flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } } + content
  }
}
