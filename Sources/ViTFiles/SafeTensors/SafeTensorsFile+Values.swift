internal import Foundation

extension SafeTensorsFile {
  /// The values of a tensor in row-major order, converted to `Float` from F32, F64, F16 or BF16.
  ///
  /// - Throws: `FileError` when there is no such tensor or it holds another type.
  package func floats(_ name: String) throws(FileError) -> [Float] {
    var values = [Float](repeating: 0, count: tensor(named: name)?.count ?? 0)
    var problem: FileError?
    values.withUnsafeMutableBufferPointer { buffer in
      do throws(FileError) { try copyFloats(name, into: buffer) } catch { problem = error }
    }
    if let problem { throw problem }
    return values
  }

  /// Copies the values of a tensor, converted as by `floats(_:)`.
  ///
  /// - Parameter buffer: As many elements as the tensor has.
  /// - Throws: `FileError` when there is no such tensor, it holds another type, or its size is not the buffer's.
  package func copyFloats(_ name: String, into buffer: UnsafeMutableBufferPointer<Float>) throws(FileError) {
    guard let tensor = tensor(named: name) else {
      throw FileError(.malformed, path: path, reason: "tensor \"\(name)\" is missing")
    }
    guard tensor.count == buffer.count else {
      throw FileError(
        .malformed, path: path,
        reason: "tensor \"\(name)\" has shape \(tensor.shape), expected \(buffer.count) elements")
    }
    try contents.withUnsafeBytesTyped { (file) throws(FileError) in
      let start = dataOffset + tensor.byteRange.lowerBound
      let bytes = UnsafeRawBufferPointer(rebasing: file[start..<start + tensor.byteRange.count])
      switch tensor.dataType {
      case .float32: convert(bytes, as: UInt32.self, into: buffer) { Float(bitPattern: $0) }
      case .float64: convert(bytes, as: UInt64.self, into: buffer) { Float(Double(bitPattern: $0)) }
      case .float16: convert(bytes, as: UInt16.self, into: buffer) { Float(Float16(bitPattern: $0)) }
      case .bfloat16: convert(bytes, as: UInt16.self, into: buffer) { Float(bitPattern: UInt32($0) << 16) }
      default:
        throw FileError(
          .malformed, path: path,
          reason: "tensor \"\(name)\" has the dtype \(tensor.dataType.rawValue), expected F32, F64, F16 or BF16")
      }
    }
  }

  /// Elements may lie at any address: a header's length need not be a multiple of their size.
  private func convert<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: UnsafeRawBufferPointer, as type: Bits.Type, into buffer: UnsafeMutableBufferPointer<Float>,
    _ value: (Bits) -> Float
  ) {
    for index in buffer.indices {
      let bits = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
      buffer[index] = value(Bits(littleEndian: bits))
    }
  }
}
