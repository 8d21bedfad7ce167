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
    let (rows, inner) = transposingA ? (a.columns, a.rows) : (a.rows, a.columns)
    let columns = transposingB ? b.rows : b.columns
    ShapeCheck.equal("OpenBLASProduct.run", "inner dimension of B", transposingB ? b.columns : b.rows, inner)
    ShapeCheck.shape("OpenBLASProduct.run", "C", c, rows: rows, columns: columns)
    cblas_sgemm(
      CblasRowMajor, transposingA ? CblasTrans : CblasNoTrans, transposingB ? CblasTrans : CblasNoTrans,
      blasint(rows), blasint(columns), blasint(inner), 1, a.base, blasint(a.stride), b.base, blasint(b.stride), 0,
      c.base,
      blasint(c.stride))
  }

  /// Sets the number of threads of every later product of this process.
  package static func setThreadCount(_ count: Int) { openblas_set_num_threads(Int32(count)) }
}
