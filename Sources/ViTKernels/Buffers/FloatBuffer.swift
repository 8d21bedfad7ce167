internal import Foundation

/// Owns 64-byte aligned float32 memory, zero at first, and frees it when it goes away.
package struct FloatBuffer: ~Copyable, @unchecked Sendable {
  // Sendable: the buffer has one owner; whoever shares its pointer across threads keeps their ranges disjoint.

  /// Floats that kernels may read beyond `count`.
  package static let slack = 64

  package let count: Int
  package let pointer: UnsafeMutablePointer<Float>

  package init(count: Int) {
    self.count = count
    let bytes = (count + FloatBuffer.slack) * MemoryLayout<Float>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    memset(raw, 0, bytes)
    pointer = raw.bindMemory(to: Float.self, capacity: count + FloatBuffer.slack)
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }

  /// The elements, without the slack.
  package var elements: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: pointer, count: count) }

  package func fill(_ value: Float) { elements.update(repeating: value) }
}
