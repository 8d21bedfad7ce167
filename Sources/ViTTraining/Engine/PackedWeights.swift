internal import ViTKernels

/// The weights in the form that the matrix products read, refreshed after each update.
///
/// The affine part of each LayerNorm is folded into the linear layer that follows it; see `FoldedNorm`.
struct PackedWeights: ~Copyable {
  private let buffer: FloatBuffer

  init(_ plan: borrowing NetworkPlan) {
    buffer = FloatBuffer(count: plan.packedCount)
  }

  /// What the passes read.
  var memory: Vector { buffer.vector }

  /// Packs one layer.
  ///
  /// - Parameters:
  ///   - weights: The weight arena.
  ///   - forTraining: Whether the form for input gradients is needed.
  func pack(_ kernels: KernelSet, _ linear: NetworkPlan.Linear, weights: Vector, forTraining: Bool) {
    let weight = linear.weight(in: weights)
    let gamma = linear.norm.map { $0.gamma(in: weights) }
    func pack(from start: Int, _ part: NetworkPlan.PackedLinear) {
      let source = weight.rows(from: start, count: part.forward.columns)
      part.forward.matrix(in: memory).pack(kernels, source, isTransposed: true, innerScale: gamma)
      if forTraining { part.backward.matrix(in: memory).pack(kernels, source, columnScale: gamma) }
    }
    pack(from: 0, linear.packed)
    if let rest = linear.rest { pack(from: linear.split, rest) }
    FoldedNorm.bias(
      weight: weight, bias: linear.bias(in: weights), beta: linear.norm.map { $0.beta(in: weights) },
      into: memory[linear.foldedBias])
  }
}
