internal import CViTKernels

/// LayerNorm without its affine part, which is folded into the linear layer that follows.
package enum LayerNorm {
  /// timm's and DeiT's epsilon.
  package static let epsilon: Float = 1e-6

  /// - Parameters:
  ///   - x: (rows, E)
  ///   - normalized: (rows, E); receives (x - mean) * inverse.
  ///   - inverse: `rows` floats; receives 1 / sqrt(variance + epsilon).
  package static func forward(
    _ kernels: KernelSet, _ x: Matrix, normalized: Matrix, inverse: UnsafeMutablePointer<Float>
  ) {
    kernels.functions.pointee.normalize(
      x.pointer, Int64(x.stride), Int64(x.rows), Int64(x.columns), epsilon, normalized.pointer,
      Int64(normalized.stride), inverse)
  }

  /// Adds the gradient of x to `xGradient`.
  ///
  /// - Parameter gradient: Gradient of `normalized`, (rows, E).
  package static func backward(
    _ kernels: KernelSet, gradient: Matrix, normalized: Matrix, inverse: UnsafePointer<Float>,
    addingTo xGradient: Matrix
  ) {
    kernels.functions.pointee.normalize_backward(
      gradient.pointer, Int64(gradient.stride), normalized.pointer, Int64(normalized.stride), inverse,
      Int64(gradient.rows), Int64(gradient.columns), xGradient.pointer, Int64(xGradient.stride))
  }
}
