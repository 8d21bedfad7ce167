/// A view of a row-major float32 matrix that somebody else owns.
package struct Matrix {
  package let pointer: UnsafeMutablePointer<Float>
  package let rows: Int
  package let columns: Int
  /// Floats from one row to the next.
  package let stride: Int

  package init(_ pointer: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int) {
    self.pointer = pointer
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  /// A row length for activations: a multiple of 16 floats, and one more line so that rows do not alias in the cache.
  package static func paddedStride(_ columns: Int) -> Int { (columns + 15) / 16 * 16 + 16 }

  /// The rows `start ..< start + count`.
  package func rows(from start: Int, count: Int) -> Matrix {
    Matrix(pointer + start * stride, rows: count, columns: columns, stride: stride)
  }

  /// The columns `start ..< start + count`.
  package func columns(from start: Int, count: Int) -> Matrix {
    Matrix(pointer + start, rows: rows, columns: count, stride: stride)
  }

  package subscript(row: Int, column: Int) -> Float {
    get { pointer[row * stride + column] }
    nonmutating set { pointer[row * stride + column] = newValue }
  }
}
