/// One buffer for many vectors and matrices, and the views of them; it frees the memory when it goes away.
package final class Arena<Places> {
  package let places: Places
  private let buffer: FloatBuffer

  /// - Parameter place: Takes what is needed from the layout and returns the views. Called twice, the first time to
  ///   count: there is no memory behind the views then, so it must not touch them.
  package init(_ place: (inout ArenaLayout) -> Places) {
    var layout = ArenaLayout()
    _ = place(&layout)
    buffer = FloatBuffer(count: layout.used)
    layout = ArenaLayout(buffer)
    places = place(&layout)
  }

  /// All of the memory, the gaps between the pieces too.
  package var elements: Vector { buffer.vector }
}

/// Hands out room one piece after the other, each at the start of a cache line.
package struct ArenaLayout {
  fileprivate private(set) var used = 0
  private let base: UnsafeMutablePointer<Float>?
  private let capacity: Int

  fileprivate init() {
    base = nil
    capacity = .max
  }

  fileprivate init(_ buffer: borrowing FloatBuffer) {
    base = buffer.pointer
    capacity = buffer.count
  }

  /// Floats that the pieces would take, without any memory behind them.
  package static func floatCount<Places>(_ place: (inout ArenaLayout) -> Places) -> Int {
    var layout = ArenaLayout()
    _ = place(&layout)
    return layout.used
  }

  package mutating func vector(_ count: Int) -> Vector {
    ShapeCheck.atLeast("ArenaLayout.vector", "count", count, 0)
    let start = used
    used += (count + FloatBuffer.slack + 15) / 16 * 16
    ShapeCheck.range("ArenaLayout.vector", "floats", from: start, to: used, of: capacity)
    // While sizes are counted the views stand for no memory and are dropped; the address is one that nobody has.
    guard let base else { return Vector(ArenaLayout.nowhere, count: count) }
    return Vector(base + start, count: count)
  }

  /// A matrix whose rows are padded as activations are.
  package mutating func matrix(_ rows: Int, _ columns: Int) -> Matrix {
    let stride = Matrix.paddedStride(columns)
    return vector(rows * stride).matrix(rows: rows, columns: columns, stride: stride)
  }

  /// Makes pieces that are never in use at the same time, all in the room of the largest.
  package mutating func overlaid<Piece>(count: Int, _ make: (Int, inout ArenaLayout) -> Piece) -> [Piece] {
    let start = used
    var furthest = start
    let pieces = (0..<count).map { index in
      used = start
      let piece = make(index, &self)
      furthest = max(furthest, used)
      return piece
    }
    used = furthest
    return pieces
  }

  private static var nowhere: UnsafeMutablePointer<Float> { UnsafeMutablePointer(bitPattern: 64)! }
}
