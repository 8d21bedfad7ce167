internal import Foundation

extension SafeTensorsFile {
  /// The values of a tensor in row-major order, converted to `Float` from F32, F64, F16 or BF16.
  ///
  /// - Throws: `FileError` when there is no such tensor or it holds another type.
  package func floats(_ name: String) throws(FileError) -> [Float] {
    guard let tensor = tensor(named: name) else {
      throw FileError(.malformed, path: path, reason: "tensor \"\(name)\" is missing")
    }
    switch tensor.dataType {
    case .float32: return convert(tensor, as: UInt32.self) { Float(bitPattern: $0) }
    case .float64: return convert(tensor, as: UInt64.self) { Float(Double(bitPattern: $0)) }
    case .float16: return convert(tensor, as: UInt16.self) { Float(Float16(bitPattern: $0)) }
    case .bfloat16: return convert(tensor, as: UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    default:
      throw FileError(
        .malformed, path: path,
        reason: "tensor \"\(name)\" has the dtype \(tensor.dataType.rawValue), expected F32, F64, F16 or BF16")
    }
  }

  /// Elements may lie at any address: a header's length need not be a multiple of their size.
  private func convert<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ tensor: Tensor, as type: Bits.Type, _ value: (Bits) -> Float
  ) -> [Float] {
    contents.withUnsafeBytes { file in
      let start = dataOffset + tensor.byteRange.lowerBound
      return (0..<tensor.count).map { index in
        let bits = file.loadUnaligned(fromByteOffset: start + index * MemoryLayout<Bits>.size, as: Bits.self)
        return value(Bits(littleEndian: bits))
      }
    }
  }
}
