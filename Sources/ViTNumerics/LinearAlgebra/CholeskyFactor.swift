internal import CGSL

/// The lower triangle L of a symmetric positive definite matrix A = L Lᵀ, by GSL.
package struct CholeskyFactor: Sendable {
  /// Rows of the matrix.
  package let order: Int
  /// (order, order), row by row; above the diagonal it means nothing.
  private let triangle: [Double]

  /// Keeps OpenBLAS, which GSL calls, to one thread: matrices here are small, and sums then do not depend on the
  /// number of cores.
  private static let oneThread: Void = openblas_set_num_threads(1)

  /// - Parameter matrix: A, (order, order) row by row; only the lower triangle is read.
  /// - Throws: `NumericsError` if A is not positive definite.
  /// - Complexity: O(order³).
  package init(_ matrix: [Double], order: Int) throws(NumericsError) {
    precondition(order > 0 && matrix.count == order * order, "the matrix must be (order, order)")
    _ = CholeskyFactor.oneThread
    var triangle = matrix
    try GSL.check("Cholesky decomposition") {
      triangle.withUnsafeMutableBufferPointer { values in
        var view = gsl_matrix_view_array(values.baseAddress, order, order)
        return gsl_linalg_cholesky_decomp1(&view.matrix)
      }
    }
    self.order = order
    self.triangle = triangle
  }

  /// The logarithm of the determinant of A.
  package var logDeterminant: Double {
    (0..<order).reduce(0) { $0 + 2 * Logarithm.natural(triangle[$1 * order + $1]) }
  }

  /// A⁻¹, (order, order) and symmetric.
  package func inverse() throws(NumericsError) -> [Double] {
    var inverse = triangle
    try GSL.check("inverse by Cholesky decomposition") {
      inverse.withUnsafeMutableBufferPointer { values in
        var view = gsl_matrix_view_array(values.baseAddress, order, order)
        return gsl_linalg_cholesky_invert(&view.matrix)
      }
    }
    return inverse
  }

  /// Replaces B by the solution X of L X = B.
  ///
  /// - Parameters:
  ///   - columns: B, (order, count) row by row.
  ///   - count: Columns of B.
  package func solveLower(_ columns: inout [Double], count: Int) throws(NumericsError) {
    precondition(columns.count == order * count, "the right-hand sides must be (order, count)")
    guard count > 0 else { return }
    try GSL.check("triangular solution") {
      columns.withUnsafeMutableBufferPointer { values in
        triangle.withUnsafeBufferPointer { triangle in
          var right = gsl_matrix_view_array(values.baseAddress, order, count)
          var left = gsl_matrix_const_view_array(triangle.baseAddress, order, order)
          return gsl_blas_dtrsm(CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, 1, &left.matrix, &right.matrix)
        }
      }
    }
  }
}
