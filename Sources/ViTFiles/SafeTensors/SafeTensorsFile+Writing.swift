internal import Foundation

extension SafeTensorsFile {
  /// Writes F32 tensors in the given order; the file appears whole or not at all.
  ///
  /// The same tensors and metadata give the same bytes.
  ///
  /// - Parameters:
  ///   - tensors: Of distinct names.
  ///   - metadata: Stored under `__metadata__`, sorted by key.
  /// - Throws: `FileError` when the file cannot be written.
  package static func write(
    tensors: [NewTensor], metadata: [String: String], to path: String
  ) throws(FileError) {
    let header = header(of: tensors, metadata: metadata)
    var start = Data(withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) })
    start.append(contentsOf: header.utf8)
    try AtomicFile.write(to: path) { (file: FileDescriptorWriter) throws(FileError) in
      try file.write(start)
      for tensor in tensors {
        let values = tensor.values()
        precondition(values.count == tensor.count, "\(tensor.name): \(values.count) values for \(tensor.shape)")
        try values.withUnsafeBufferPointer { (values) throws(FileError) in
          try file.write(UnsafeRawBufferPointer(values))
        }
      }
    }
  }

  /// A tensor to be written.
  package struct NewTensor {
    let name: String
    let shape: [Int]
    let values: () -> [Float]

    /// - Parameter values: As many as the shape has elements, row-major; asked for when the tensor's turn has come, so
    ///   that one tensor's copy is in memory at a time.
    package init(_ name: String, shape: [Int], values: @autoclosure @escaping () -> [Float]) {
      self.name = name
      self.shape = shape
      self.values = values
    }

    var count: Int { shape.reduce(1, *) }
  }

  /// The JSON text, filled up with spaces so that the tensors start at a multiple of 8 bytes.
  private static func header(
    of tensors: [NewTensor], metadata: [String: String]
  ) -> String {
    precondition(Set(tensors.map(\.name)).count == tensors.count, "two tensors have the same name")
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for tensor in tensors {
      precondition(tensor.name != "__metadata__", "a tensor has a reserved name")
      let end = offset + tensor.count * MemoryLayout<Float>.size
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(tensor.name)):{\"dtype\":\"F32\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    let json = "{\(members.joined(separator: ","))}"
    return json + String(repeating: " ", count: (8 - json.utf8.count % 8) % 8)
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\u{0}"..<" ": result += "\\u" + scalar.value.hexadecimal(digits: 4)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
