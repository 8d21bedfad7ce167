extension Reference {
  /// A B + bias.
  ///
  /// - Parameters:
  ///   - a: (rows, inner)
  ///   - b: (inner, columns)
  ///   - bias: `columns` numbers, or nil.
  package static func product(_ a: DoubleMatrix, _ b: DoubleMatrix, bias: [Double]? = nil) -> DoubleMatrix {
    precondition(a.columns == b.rows, "inner dimensions differ")
    var result = DoubleMatrix(rows: a.rows, columns: b.columns)
    for row in 0..<a.rows {
      for column in 0..<b.columns {
        var sum = bias?[column] ?? 0
        for inner in 0..<a.columns { sum += a[row, inner] * b[inner, column] }
        result[row, column] = sum
      }
    }
    return result
  }

  /// A^T B, for A (rows, outputs) and B (rows, inputs).
  package static func transposedProduct(_ a: DoubleMatrix, _ b: DoubleMatrix) -> DoubleMatrix {
    product(a.transposed, b)
  }

  /// The sum of each column.
  package static func columnSums(_ x: DoubleMatrix) -> [Double] {
    (0..<x.columns).map { column in (0..<x.rows).reduce(0) { $0 + x[$1, column] } }
  }
}
