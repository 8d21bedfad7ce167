internal import COpenBLAS

/// OpenBLAS's matrix product in the forms that a linear layer needs, as a rival to `MatrixProduct`.
package enum OpenBLASProduct {
  /// C = A B, where either may be stored transposed.
  ///
  /// - Parameters:
  ///   - a: (rows, inner), or (inner, rows) when `transposingA`.
  ///   - b: (inner, columns), or (columns, inner) when `transposingB`.
  ///   - c: (rows, columns)
  package static func run(
    a: Matrix, transposingA: Bool = false, b: Matrix, transposingB: Bool = false, into c: Matrix
  ) {
    cblas_sgemm(
      CblasRowMajor, transposingA ? CblasTrans : CblasNoTrans, transposingB ? CblasTrans : CblasNoTrans,
      blasint(c.rows), blasint(c.columns), blasint(transposingA ? a.rows : a.columns), 1, a.pointer,
      blasint(a.stride), b.pointer, blasint(b.stride), 0, c.pointer, blasint(c.stride))
  }

  /// Sets the number of threads of every later product of this process.
  package static func setThreadCount(_ count: Int) { openblas_set_num_threads(Int32(count)) }
}
