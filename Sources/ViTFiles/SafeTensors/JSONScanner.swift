/// A strict reader of the part of JSON that safetensors headers use: objects, strings, arrays of non-negative integers.
///
/// Foundation's decoder keeps one of two members with the same name; here the second is an error, as the format asks.
struct JSONScanner {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) throws(SafeTensorsProblem) {
    guard String(validating: bytes, as: UTF8.self) != nil else { throw SafeTensorsProblem("the header is not UTF-8") }
    self.bytes = bytes
  }

  /// Reads `{…}` and calls `member` with each name, to read its value.
  mutating func object(
    _ member: (inout JSONScanner, String) throws(SafeTensorsProblem) -> Void
  ) throws(SafeTensorsProblem) {
    var names: Set<String> = []
    try list("{", "}") { (scanner) throws(SafeTensorsProblem) in
      let name = try scanner.string("a name")
      guard names.insert(name).inserted else { throw SafeTensorsProblem("the header holds \"\(name)\" twice") }
      try scanner.expect(":")
      try member(&scanner, name)
    }
  }

  /// Reads an array of non-negative integers.
  mutating func integers(_ what: String) throws(SafeTensorsProblem) -> [Int] {
    var values: [Int] = []
    try list("[", "]") { (scanner) throws(SafeTensorsProblem) in values.append(try scanner.integer(what)) }
    return values
  }

  /// Reads a string.
  mutating func string(_ what: String) throws(SafeTensorsProblem) -> String {
    guard peek() == UInt8(ascii: "\"") else { throw problem("\(what) to be a string") }
    position += 1
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): text.append(contentsOf: String(try escape()).utf8)
      case 0..<0x20: throw problem("no control character in a string")
      default: text.append(byte)
      }
    }
    throw problem("a quotation mark to end a string")
  }

  /// Checks that only white space is left.
  mutating func end() throws(SafeTensorsProblem) {
    if peek() != nil { throw problem("the end of the header") }
  }
}

extension JSONScanner {
  private mutating func list(
    _ open: Unicode.Scalar, _ close: Unicode.Scalar,
    _ element: (inout JSONScanner) throws(SafeTensorsProblem) -> Void
  ) throws(SafeTensorsProblem) {
    try expect(open)
    if peek() == UInt8(ascii: close) {
      position += 1
      return
    }
    while true {
      try element(&self)
      if peek() == UInt8(ascii: close) { break }
      try expect(",")
    }
    position += 1
  }

  private mutating func integer(_ what: String) throws(SafeTensorsProblem) -> Int {
    _ = peek()
    let text = bytes[position...].prefix { !" \t\r\n,]}".utf8.contains($0) }
    let isPlain = text.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard isPlain, text.count == 1 || text.first != UInt8(ascii: "0"),
      let value = Int(String(decoding: text, as: UTF8.self))
    else { throw problem("\(what) to hold integers from 0 to \(Int.max)") }
    position += text.count
    return value
  }

  private mutating func escape() throws(SafeTensorsProblem) -> Unicode.Scalar {
    guard position < bytes.count else { throw problem("a character after a backslash") }
    position += 1
    switch bytes[position - 1] {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try escapedScalar()
    default: throw problem("one of \"\\/bfnrtu after a backslash")
    }
  }

  /// A scalar beyond the basic plane is written as two escapes, a surrogate pair.
  private mutating func escapedScalar() throws(SafeTensorsProblem) -> Unicode.Scalar {
    let first = try hexadecimal()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xdc00, bytes[position...].starts(with: "\\u".utf8) else { throw problem("a surrogate pair") }
    position += 2
    let second = try hexadecimal()
    guard (0xdc00..<0xe000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
    else { throw problem("a surrogate pair") }
    return scalar
  }

  private mutating func hexadecimal() throws(SafeTensorsProblem) -> UInt32 {
    let digits = bytes[position...].prefix(4)
    guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw problem("four hexadecimal digits after \\u") }
    position += 4
    return value
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(SafeTensorsProblem) {
    guard peek() == UInt8(ascii: character) else { throw problem("\"\(character)\"") }
    position += 1
  }

  /// The next byte that is not white space, without taking it.
  private mutating func peek() -> UInt8? {
    while position < bytes.count, " \t\r\n".utf8.contains(bytes[position]) { position += 1 }
    return position < bytes.count ? bytes[position] : nil
  }

  private func problem(_ expected: String) -> SafeTensorsProblem {
    SafeTensorsProblem("the header's JSON is malformed at byte \(position): expected \(expected)")
  }
}
