/// A view of a row-major float32 matrix in a `FloatBuffer`; see `Vector`.
package struct Matrix {
  let base: UnsafeMutablePointer<Float>
  package let rows: Int
  package let columns: Int
  /// Floats from one row to the next.
  package let stride: Int

  init(_ base: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int) {
    self.base = base
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  /// A row length for activations: a multiple of 16 floats, and one more line so that rows do not alias in the cache.
  package static func paddedStride(_ columns: Int) -> Int { (columns + 15) / 16 * 16 + 16 }

  /// `count` rows: `start`, `start + step`, and so on.
  package func rows(from start: Int, count: Int, step: Int = 1) -> Matrix {
    ShapeCheck.atLeast("Matrix.rows", "step", step, 1)
    ShapeCheck.range(
      "Matrix.rows", "rows", from: start, to: count == 0 ? start : start + (count - 1) * step + 1, of: rows)
    return Matrix(base + start * stride, rows: count, columns: columns, stride: stride * step)
  }

  /// The rows in a range.
  package func rows(_ range: Range<Int>) -> Matrix { rows(from: range.lowerBound, count: range.count) }

  /// The columns `start ..< start + count`.
  package func columns(from start: Int, count: Int) -> Matrix {
    ShapeCheck.range("Matrix.columns", "columns", from: start, to: start + count, of: columns)
    return Matrix(base + start, rows: rows, columns: count, stride: stride)
  }

  package func row(_ index: Int) -> Vector {
    ShapeCheck.index("Matrix.row", "row", index, of: rows)
    return Vector(base + index * stride, count: columns)
  }

  package subscript(row: Int, column: Int) -> Float {
    get { self.row(row)[column] }
    nonmutating set { self.row(row)[column] = newValue }
  }

  package func fill(_ value: Float) {
    for row in 0..<rows { (base + row * stride).update(repeating: value, count: columns) }
  }

  /// Takes over the numbers of a matrix of the same shape.
  package func copy(from other: Matrix) {
    ShapeCheck.shape("Matrix.copy", "source", other, rows: rows, columns: columns)
    for row in 0..<rows { (base + row * stride).update(from: other.base + row * other.stride, count: columns) }
  }

  /// Makes every row equal to `row`.
  package func fillRows(_ row: Vector) {
    ShapeCheck.equal("Matrix.fillRows", "elements of the row", row.count, columns)
    for index in 0..<rows { (base + index * stride).update(from: row.base, count: columns) }
  }
}
