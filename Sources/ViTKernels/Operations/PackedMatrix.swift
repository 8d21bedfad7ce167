internal import CViTKernels

/// The right-hand matrix of a product, (inner, columns), in the panels that the kernels read.
package struct PackedMatrix {
  package let inner: Int
  package let columns: Int
  let base: UnsafeMutablePointer<Float>

  /// - Parameter memory: `count(inner:columns:)` floats.
  package init(_ memory: Vector, inner: Int, columns: Int) {
    ShapeCheck.equal(
      "PackedMatrix.init", "floats of memory", memory.count, PackedMatrix.count(inner: inner, columns: columns))
    self.inner = inner
    self.columns = columns
    base = memory.base
  }

  /// Floats that a packed matrix needs.
  package static func count(inner: Int, columns: Int) -> Int { inner * ((columns + 15) / 16 * 16) }

  /// Packs a matrix, scaled by `innerScale` along the inner dimension and by `columnScale` along the columns where
  /// given.
  ///
  /// - Parameters:
  ///   - source: (inner, columns), or (columns, inner) when `isTransposed`.
  ///   - innerScale: (inner)
  ///   - columnScale: (columns)
  package func pack(
    _ kernels: KernelSet, _ source: Matrix, isTransposed: Bool = false, innerScale: Vector? = nil,
    columnScale: Vector? = nil
  ) {
    let (rows, width) = isTransposed ? (columns, inner) : (inner, columns)
    ShapeCheck.shape("PackedMatrix.pack", "source", source, rows: rows, columns: width)
    if let innerScale {
      ShapeCheck.equal("PackedMatrix.pack", "elements of the inner scale", innerScale.count, inner)
    }
    if let columnScale {
      ShapeCheck.equal("PackedMatrix.pack", "elements of the column scale", columnScale.count, columns)
    }
    kernels.functions.pointee.pack(
      source.base, Int64(isTransposed ? 1 : source.stride), Int64(isTransposed ? source.stride : 1), Int64(inner),
      Int64(columns), innerScale?.base, columnScale?.base, base)
  }
}
