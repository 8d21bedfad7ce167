/// Reads the nested JSON of NViT's latency table: `EMB_e` -> `QK_h_q` -> `V_v` -> `MLP_m` -> seconds.
///
/// A parser of its own, for `JSONDecoder` drops duplicate keys silently and cannot name the key path of a bad value.
struct NestedTableParser {
  private let bytes: [UInt8]
  private var position = 0
  /// Keys from the outermost to where the parser is.
  private var path: [String] = []
  private var entries: [TableGrid.Entry] = []

  /// The number of integers in the keys of each level, with their prefix.
  private static let levels = [("EMB", 1), ("QK", 2), ("V", 1), ("MLP", 1)]
  /// Points in a table; far more than any real one has.
  private static let limit = 4_000_000

  private init(_ text: String) { bytes = Array(text.utf8) }

  /// Interpolation follows the published rules: V has the number of heads of QK, an MLP width of 1 stands for 0, and
  /// at an embedding of 0 everything takes 0 seconds.
  ///
  /// - Throws: `LatencyError` that names the key path.
  static func grid(from text: String) throws(LatencyError) -> TableGrid {
    var parser = NestedTableParser(text)
    try parser.object(coordinates: [])
    parser.skipSpace()
    guard parser.position == parser.bytes.count else { throw parser.error("more text after the table's end") }
    let grid = try TableGrid(entries: parser.entries) { point in
      "EMB_\(point[0])/QK_\(point[1])_\(point[2])/V_\(point[3])/MLP_\(point[4] == 0 ? 1 : point[4])"
    }
    return try grid.addingZeros(at: 0, of: .embedding)
  }

  private mutating func object(coordinates: [Int]) throws(LatencyError) {
    try expect("{", "an object")
    var keys: Set<String> = []
    skipSpace()
    if peek() == UInt8(ascii: "}") { throw error("the object is empty") }
    repeat {
      let key = try key()
      guard keys.insert(key).inserted else { throw error("key \"\(key)\" stands here twice") }
      path.append(key)
      let below = coordinates + (try numbers(in: key))
      try expect(":", "a colon")
      if path.count == Self.levels.count {
        try leaf(below)
      } else {
        try object(coordinates: below)
      }
      path.removeLast()
      skipSpace()
    } while take(",")
    try expect("}", "a comma or a closing brace")
  }

  private mutating func leaf(_ coordinates: [Int]) throws(LatencyError) {
    skipSpace()
    let start = position
    while let byte = peek(), !" \t\r\n,}]{[:".utf8.contains(byte) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard !text.isEmpty else { throw error("expected a number of seconds") }
    // Double also reads forms that JSON does not know, such as "nan", "inf" and "0x1p3".
    guard text.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }), let seconds = Double(text) else {
      position = start
      throw error("\(text.prefix(40)) is not a number of seconds")
    }
    guard entries.count < Self.limit else { throw error("the table has more than \(Self.limit) values") }
    var point = coordinates
    if point[4] == 1 { point[4] = 0 }
    entries.append(TableGrid.Entry(coordinates: point, seconds: seconds, place: path.joined(separator: "/")))
  }

  /// The integers in a key such as "QK_12_64".
  private func numbers(in key: String) throws(LatencyError) -> [Int] {
    let (prefix, count) = Self.levels[path.count - 1]
    let parts = key.split(separator: "_", omittingEmptySubsequences: false)
    let numbers = parts.dropFirst().compactMap { part in
      part.utf8.allSatisfy { (48...57).contains($0) } ? Int(part) : nil
    }
    guard parts[0] == prefix, parts.count == count + 1, numbers.count == count,
      numbers.allSatisfy({ (1...1_048_576).contains($0) })
    else {
      let pattern = prefix == "QK" ? "QK_<heads>_<width>" : "\(prefix)_<width>"
      throw error("the key does not follow \(pattern) with numbers from 1 to 1048576")
    }
    return numbers
  }

  private mutating func key() throws(LatencyError) -> String {
    try expect("\"", "a key in quotes")
    let start = position
    while let byte = peek(), byte != UInt8(ascii: "\"") {
      guard byte != UInt8(ascii: "\\"), byte >= 32, position - start < 64 else {
        throw error("a key with escapes or more than 64 bytes")
      }
      position += 1
    }
    let key = String(decoding: bytes[start..<position], as: UTF8.self)
    try expect("\"", "a closing quote")
    return key
  }

  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = peek(), " \t\r\n".utf8.contains(byte) { position += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard let byte = peek(), byte == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar, _ what: String) throws(LatencyError) {
    skipSpace()
    guard take(character) else {
      let found = peek().map { "\"\(Character(Unicode.Scalar($0)))\"" } ?? "the end of the file"
      throw error("expected \(what), found \(found)")
    }
  }

  private func error(_ reason: String) -> LatencyError {
    let place = path.isEmpty ? "at the top level" : path.joined(separator: "/")
    return LatencyError(.malformed, "\(place), offset \(position): \(reason)")
  }
}
