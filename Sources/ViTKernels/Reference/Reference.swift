/// What the fast kernels compute, written as plainly as the formulas and in double precision.
///
/// The oracle of the tests, and the place to read what an operation means.
package enum Reference {
  /// A dense row-major matrix.
  package struct DoubleMatrix: Equatable {
    package let rows: Int
    package let columns: Int
    package var values: [Double]

    package init(rows: Int, columns: Int, values: [Double]) {
      precondition(values.count == rows * columns, "\(values.count) values for \(rows) x \(columns)")
      self.rows = rows
      self.columns = columns
      self.values = values
    }

    package init(rows: Int, columns: Int, repeating value: Double = 0) {
      self.init(rows: rows, columns: columns, values: Array(repeating: value, count: rows * columns))
    }

    /// The elements of a float32 matrix, without what its stride skips.
    package init(_ matrix: Matrix) {
      self.init(rows: matrix.rows, columns: matrix.columns)
      for row in 0..<rows {
        for column in 0..<columns { self[row, column] = Double(matrix[row, column]) }
      }
    }

    package subscript(row: Int, column: Int) -> Double {
      get { values[row * columns + column] }
      set { values[row * columns + column] = newValue }
    }

    /// The matrix whose elements are `transform` of these.
    package func map(_ transform: (Double) -> Double) -> DoubleMatrix {
      DoubleMatrix(rows: rows, columns: columns, values: values.map(transform))
    }

    /// `combine` of the elements of two matrices of one size.
    package func combined(with other: DoubleMatrix, _ combine: (Double, Double) -> Double) -> DoubleMatrix {
      precondition(rows == other.rows && columns == other.columns, "matrices of different sizes")
      return DoubleMatrix(rows: rows, columns: columns, values: zip(values, other.values).map(combine))
    }

    /// The columns `start ..< start + count`.
    package func columns(from start: Int, count: Int) -> DoubleMatrix {
      var result = DoubleMatrix(rows: rows, columns: count)
      for row in 0..<rows {
        for column in 0..<count { result[row, column] = self[row, start + column] }
      }
      return result
    }

    package var transposed: DoubleMatrix {
      var result = DoubleMatrix(rows: columns, columns: rows)
      for row in 0..<rows {
        for column in 0..<columns { result[column, row] = self[row, column] }
      }
      return result
    }
  }
}
