internal import CViTKernels

/// LayerNorm without its affine part, which is folded into the linear layer that follows; see `FoldedNorm`.
package enum LayerNorm {
  /// timm's and DeiT's epsilon.
  package static let epsilon: Float = 1e-6

  /// - Parameters:
  ///   - x: (rows, E)
  ///   - normalized: (rows, E); receives (x - mean) * inverse.
  ///   - inverse: (rows); receives 1 / sqrt(variance + epsilon).
  package static func forward(_ kernels: KernelSet, _ x: Matrix, normalized: Matrix, inverse: Vector) {
    ShapeCheck.shape("LayerNorm.forward", "normalized", normalized, rows: x.rows, columns: x.columns)
    ShapeCheck.equal("LayerNorm.forward", "elements of inverse", inverse.count, x.rows)
    kernels.functions.pointee.normalize(
      x.base, Int64(x.stride), Int64(x.rows), Int64(x.columns), epsilon, normalized.base, Int64(normalized.stride),
      inverse.base)
  }

  /// Adds the gradient of x to `xGradient`.
  ///
  /// - Parameters:
  ///   - gradient: Gradient of `normalized`, (rows, E).
  ///   - normalized: (rows, E)
  ///   - inverse: (rows)
  ///   - xGradient: (rows, E)
  package static func backward(
    _ kernels: KernelSet, gradient: Matrix, normalized: Matrix, inverse: Vector, addingTo xGradient: Matrix
  ) {
    let (rows, columns) = (gradient.rows, gradient.columns)
    ShapeCheck.shape("LayerNorm.backward", "normalized", normalized, rows: rows, columns: columns)
    ShapeCheck.shape("LayerNorm.backward", "gradient of x", xGradient, rows: rows, columns: columns)
    ShapeCheck.equal("LayerNorm.backward", "elements of inverse", inverse.count, rows)
    kernels.functions.pointee.normalize_backward(
      gradient.base, Int64(gradient.stride), normalized.base, Int64(normalized.stride), inverse.base, Int64(rows),
      Int64(columns), xGradient.base, Int64(xGradient.stride))
  }
}
