internal import Foundation

/// A file of named tensors in the safetensors format, checked in full when it is opened.
///
/// The layout is a length N (8 bytes, little endian), N bytes of JSON, and the tensors' bytes without holes.
/// Source: https://github.com/huggingface/safetensors#format
package struct SafeTensorsFile: Sendable {
  /// Free text about the file, under the key `__metadata__`.
  package let metadata: [String: String]
  /// The tensors in the order of their bytes.
  package let tensors: [Tensor]
  package let path: String
  let contents: Data
  /// Where the tensors' bytes start in `contents`.
  let dataOffset: Int
  private let indices: [String: Int]

  /// What the header says about one tensor.
  package struct Tensor: Hashable, Sendable {
    package let name: String
    package let dataType: DataType
    package let shape: [Int]
    /// Where the values are, counted from the end of the header.
    package let byteRange: Range<Int>

    /// Number of elements.
    package var count: Int { byteRange.count / dataType.byteCount }
  }

  /// The element types of the format that take whole bytes.
  package enum DataType: String, CaseIterable, Hashable, Sendable {
    case bool = "BOOL"
    case uint8 = "U8"
    case int8 = "I8"
    case float8e5m2 = "F8_E5M2"
    case float8e4m3 = "F8_E4M3"
    case float8e8m0 = "F8_E8M0"
    case uint16 = "U16"
    case int16 = "I16"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case uint32 = "U32"
    case int32 = "I32"
    case float32 = "F32"
    case uint64 = "U64"
    case int64 = "I64"
    case float64 = "F64"
    case complex64 = "C64"

    /// Bytes of one element.
    package var byteCount: Int {
      switch self {
      case .bool, .uint8, .int8, .float8e5m2, .float8e4m3, .float8e8m0: 1
      case .uint16, .int16, .float16, .bfloat16: 2
      case .uint32, .int32, .float32: 4
      case .uint64, .int64, .float64, .complex64: 8
      }
    }
  }

  /// Reads the file and checks every length, shape and offset.
  ///
  /// - Throws: `FileError` when the file cannot be read or breaks a rule of the format.
  package init(contentsOf path: String) throws(FileError) {
    let contents = try FileContents.read(path)
    do throws(SafeTensorsProblem) {
      let headerLength = try SafeTensorsFile.headerLength(of: contents)
      let header = try SafeTensorsHeader(json: Array(contents[8..<8 + headerLength]))
      tensors = try header.tensors(dataLength: contents.count - 8 - headerLength)
      metadata = header.metadata
      dataOffset = 8 + headerLength
    } catch {
      throw FileError(.malformed, path: path, reason: error.reason)
    }
    self.path = path
    self.contents = contents
    indices = Dictionary(uniqueKeysWithValues: zip(tensors.map(\.name), tensors.indices))
  }

  /// The tensor called `name`, if there is one.
  package func tensor(named name: String) -> Tensor? { indices[name].map { tensors[$0] } }

  private static func headerLength(of contents: Data) throws(SafeTensorsProblem) -> Int {
    let limit: UInt64 = 100_000_000
    guard contents.count >= 8 else {
      throw SafeTensorsProblem("not a safetensors file: it has \(contents.count) bytes, expected at least 8")
    }
    let length = contents.prefix(8).enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << (8 * $1.offset) }
    guard length <= limit else {
      throw SafeTensorsProblem("not a safetensors file: its header's length is \(length), expected at most \(limit)")
    }
    guard length <= contents.count - 8 else {
      throw SafeTensorsProblem(
        "the file is truncated: its header's length is \(length), but only \(contents.count - 8) bytes follow")
    }
    return Int(length)
  }
}

/// A rule of the format that is broken; the caller adds the path.
struct SafeTensorsProblem: Error {
  let reason: String
  init(_ reason: String) { self.reason = reason }
}
