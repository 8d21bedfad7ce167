internal import CGSL

/// Linear least squares by GSL's Householder QR.
package enum LeastSquares {
  /// The x that minimises |A x - b|.
  ///
  /// - Parameters:
  ///   - matrix: A, row by row, (rows, columns) with rows >= columns and full column rank.
  ///   - rightHandSide: b, one value for each row.
  /// - Throws: `NumericsError` if the columns are linearly dependent.
  /// - Complexity: O(rows x columns²).
  package static func solve(
    _ matrix: [Double], columns: Int, rightHandSide: [Double]
  ) throws(NumericsError) -> [Double] {
    var solution = [Double](repeating: 0, count: columns)
    var residual = rightHandSide
    let status = withDecomposition(of: matrix, columns: columns, rightHandSide: rightHandSide) { qr, tau, b in
      guard hasFullRank(qr, columns: columns) else { return Int32(GSL_ESING) }
      return solution.withUnsafeMutableBufferPointer { x in
        residual.withUnsafeMutableBufferPointer { r in
          var xView = gsl_vector_view_array(x.baseAddress, columns)
          var rView = gsl_vector_view_array(r.baseAddress, r.count)
          return gsl_linalg_QR_lssolve(qr, tau, b, &xView.vector, &rView.vector)
        }
      }
    }
    try GSL.check("least squares") { status }
    return solution
  }

  /// Replaces (A, b) by (R, Qᵀb) with the same minimiser: columns x columns instead of rows x columns.
  package static func reduced(
    _ matrix: [Double], columns: Int, rightHandSide: [Double]
  ) throws(NumericsError) -> (matrix: [Double], rightHandSide: [Double]) {
    var triangle = [Double](repeating: 0, count: columns * columns)
    var rotated = [Double](repeating: 0, count: columns)
    let status = withDecomposition(of: matrix, columns: columns, rightHandSide: rightHandSide) { qr, tau, b in
      let status = gsl_linalg_QR_QTvec(qr, tau, b)
      for row in 0..<columns {
        rotated[row] = gsl_vector_get(b, row)
        for column in row..<columns { triangle[row * columns + column] = gsl_matrix_get(qr, row, column) }
      }
      return status
    }
    try GSL.check("QR decomposition") { status }
    return (triangle, rotated)
  }

  private typealias Matrix = UnsafeMutablePointer<gsl_matrix>
  private typealias Vector = UnsafeMutablePointer<gsl_vector>

  /// Whether no diagonal element of R vanishes beside the largest one, to rounding.
  private static func hasFullRank(_ qr: Matrix, columns: Int) -> Bool {
    let diagonal = (0..<columns).map { abs(gsl_matrix_get(qr, $0, $0)) }
    guard let largest = diagonal.max(), let smallest = diagonal.min() else { return false }
    return smallest > 1e-14 * largest
  }

  /// Decomposes a copy of the matrix and hands over (QR, tau, a copy of b); returns GSL's status.
  private static func withDecomposition(
    of matrix: [Double], columns: Int, rightHandSide: [Double], _ body: (Matrix, Vector, Vector) -> Int32
  ) -> Int32 {
    precondition(columns > 0 && matrix.count == columns * rightHandSide.count, "the matrix must be (rows, columns)")
    precondition(rightHandSide.count >= columns, "least squares needs at least as many rows as columns")
    GSL.prepare()
    var qr = matrix
    var tau = [Double](repeating: 0, count: columns)
    var b = rightHandSide
    return qr.withUnsafeMutableBufferPointer { qr in
      tau.withUnsafeMutableBufferPointer { tau in
        b.withUnsafeMutableBufferPointer { b in
          var qrView = gsl_matrix_view_array(qr.baseAddress, b.count, columns)
          var tauView = gsl_vector_view_array(tau.baseAddress, columns)
          var bView = gsl_vector_view_array(b.baseAddress, b.count)
          let status = gsl_linalg_QR_decomp(&qrView.matrix, &tauView.vector)
          guard status == 0 else { return status }
          return body(&qrView.matrix, &tauView.vector, &bView.vector)
        }
      }
    }
  }
}
