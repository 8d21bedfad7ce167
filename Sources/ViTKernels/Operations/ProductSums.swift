/// Sums of the products of two matrices' elements.
package enum ProductSums {
  /// `rowSums[r]` = sum over the columns of `a[r][c] b[r][c]`, and the same over the rows where `columnSums` is given.
  ///
  /// - Parameters:
  ///   - a: (rows, columns), as `b`.
  ///   - rowSums: (rows)
  ///   - columnSums: (columns), or nil.
  package static func sum(_ a: Matrix, _ b: Matrix, rowSums: inout MutableSpan<Double>, columnSums: Vector?) {
    ShapeCheck.shape("ProductSums.sum", "B", b, rows: a.rows, columns: a.columns)
    ShapeCheck.equal("ProductSums.sum", "row sums", rowSums.count, a.rows)
    guard let columnSums else {
      for row in 0..<a.rows { rowSums[row] = sum(a.base + row * a.stride, b.base + row * b.stride, a.columns) }
      return
    }
    ShapeCheck.equal("ProductSums.sum", "column sums", columnSums.count, a.columns)
    columnSums.fill(0)
    for row in 0..<a.rows {
      rowSums[row] = sum(
        a.base + row * a.stride, b.base + row * b.stride, a.columns, addingTo: columnSums.base)
    }
  }

  private static func sum(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Double {
    var lanes = SIMD8<Float>.zero
    let whole = count / 8 * 8
    for i in stride(from: 0, to: whole, by: 8) { lanes += load(a + i) * load(b + i) }
    var total = Double(lanes.sum())
    for i in whole..<count { total += Double(a[i] * b[i]) }
    return total
  }

  /// The same, and adds each product to its column's sum.
  private static func sum(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int, addingTo columns: UnsafeMutablePointer<Float>
  ) -> Double {
    var lanes = SIMD8<Float>.zero
    let whole = count / 8 * 8
    for i in stride(from: 0, to: whole, by: 8) {
      let product = load(a + i) * load(b + i)
      lanes += product
      UnsafeMutableRawPointer(columns + i).storeBytes(of: load(columns + i) + product, as: SIMD8<Float>.self)
    }
    var total = Double(lanes.sum())
    for i in whole..<count {
      let product = a[i] * b[i]
      total += Double(product)
      columns[i] += product
    }
    return total
  }

  @inline(__always)
  private static func load(_ pointer: UnsafePointer<Float>) -> SIMD8<Float> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<Float>.self)
  }
}
