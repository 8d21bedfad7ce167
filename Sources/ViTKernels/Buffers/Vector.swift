/// A view of float32 numbers that follow each other in a `FloatBuffer`.
///
/// Views are made by slicing a buffer or another view, which checks their bounds, and in no other way. So a view lies
/// within a buffer, and what kernels may read beyond it, `FloatBuffer.slack`, is there too.
package struct Vector {
  let base: UnsafeMutablePointer<Float>
  package let count: Int

  init(_ base: UnsafeMutablePointer<Float>, count: Int) {
    self.base = base
    self.count = count
  }

  package subscript(index: Int) -> Float {
    get {
      ShapeCheck.index("Vector", "index", index, of: count)
      return base[index]
    }
    nonmutating set {
      ShapeCheck.index("Vector", "index", index, of: count)
      base[index] = newValue
    }
  }

  /// The elements in a range.
  package subscript(range: Range<Int>) -> Vector {
    ShapeCheck.range("Vector", "range", from: range.lowerBound, to: range.upperBound, of: count)
    return Vector(base + range.lowerBound, count: range.count)
  }

  /// The elements as a matrix whose rows follow each other.
  package func matrix(rows: Int, columns: Int) -> Matrix {
    ShapeCheck.equal("Vector.matrix", "elements", count, rows * columns)
    return Matrix(base, rows: rows, columns: columns, stride: columns)
  }

  /// A matrix within the elements, from the first on.
  ///
  /// - Parameter stride: Floats from row to row, at least `columns`.
  package func matrix(rows: Int, columns: Int, stride: Int) -> Matrix {
    ShapeCheck.atLeast("Vector.matrix", "stride", stride, columns)
    ShapeCheck.atLeast("Vector.matrix", "elements", count, rows == 0 ? 0 : (rows - 1) * stride + columns)
    return Matrix(base, rows: rows, columns: columns, stride: stride)
  }

  package func fill(_ value: Float) { base.update(repeating: value, count: count) }

  /// Takes over the numbers of a view of the same length.
  package func copy(from other: Vector) {
    ShapeCheck.equal("Vector.copy", "elements", other.count, count)
    base.update(from: other.base, count: count)
  }

  /// Takes over values, as many as there are elements.
  package func copy(from values: [Float]) {
    ShapeCheck.equal("Vector.copy", "values", values.count, count)
    base.update(from: values, count: count)
  }

  /// A copy of the elements.
  package var values: [Float] { Array(UnsafeBufferPointer(start: base, count: count)) }

  /// A copy of the elements' bytes, as they are in memory.
  package var bytes: [UInt8] { Array(UnsafeRawBufferPointer(UnsafeBufferPointer(start: base, count: count))) }

  /// Reads the elements one by one.
  package func withSpan<Result, Failure: Error>(
    _ body: (Span<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(Span(_unsafeStart: UnsafePointer(base), count: count))
  }

  /// Changes the elements one by one.
  package func withMutableSpan<Result, Failure: Error>(
    _ body: (inout MutableSpan<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var span = MutableSpan(_unsafeStart: base, count: count)
    return try body(&span)
  }
}
