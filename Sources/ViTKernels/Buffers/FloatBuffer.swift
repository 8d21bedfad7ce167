internal import Foundation

/// Owns 64-byte aligned float32 memory, zero at first, and frees it when it goes away.
///
/// Others reach it through views, `Vector` and `Matrix`. A view cannot leave its buffer's bounds, but it can outlive the
/// buffer: whoever keeps a view keeps the buffer beside it.
package struct FloatBuffer: ~Copyable, @unchecked Sendable {
  // Sendable: the buffer has one owner; whoever shares its views across threads keeps their ranges disjoint.

  /// Floats that kernels may read beyond the end of any view.
  package static let slack = 64

  package let count: Int
  let pointer: UnsafeMutablePointer<Float>

  package init(count: Int) {
    ShapeCheck.atLeast("FloatBuffer.init", "count", count, 0)
    self.count = count
    let bytes = (count + FloatBuffer.slack) * MemoryLayout<Float>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    memset(raw, 0, bytes)
    pointer = raw.bindMemory(to: Float.self, capacity: count + FloatBuffer.slack)
  }

  /// A copy of `values`.
  package init(_ values: [Float]) {
    self.init(count: values.count)
    vector.copy(from: values)
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }

  package var isEmpty: Bool { count == 0 }

  /// All elements, without the slack.
  package var vector: Vector { Vector(pointer, count: count) }

  /// The elements in a range.
  package subscript(range: Range<Int>) -> Vector { vector[range] }

  package subscript(index: Int) -> Float {
    get { vector[index] }
    nonmutating set { vector[index] = newValue }
  }

  package func fill(_ value: Float) { vector.fill(value) }

  /// Takes over values, as many as there are elements.
  package func copy(from values: [Float]) { vector.copy(from: values) }

  /// A copy of the elements.
  package var values: [Float] { vector.values }
}
