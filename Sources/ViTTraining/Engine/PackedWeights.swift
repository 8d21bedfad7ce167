internal import ViTKernels

/// The weights in the form that the matrix products read, refreshed after each update.
///
/// The affine part of each LayerNorm is folded into the linear layer that follows it: W' = W diag(gamma),
/// b' = b + W beta.
struct PackedWeights: ~Copyable {
  let buffer: FloatBuffer

  init(_ plan: borrowing NetworkPlan) {
    buffer = FloatBuffer(count: plan.packedCount)
  }

  /// Packs one layer.
  ///
  /// - Parameters:
  ///   - weights: The weight arena.
  ///   - forTraining: Whether the form for input gradients is needed.
  func pack(
    _ kernels: KernelSet, _ linear: NetworkPlan.Linear, weights: UnsafePointer<Float>, forTraining: Bool
  ) {
    let gamma = linear.norm.map { weights + $0.weight }
    func pack(from start: Int, count: Int, forward: Int, backward: Int) {
      let source = weights + linear.weight + start * linear.inputs
      MatrixProduct.pack(
        kernels, source: source, innerStride: 1, columnStride: linear.inputs, inner: linear.inputs, columns: count,
        innerScale: gamma, into: buffer.pointer + forward)
      if forTraining {
        MatrixProduct.pack(
          kernels, source: source, innerStride: linear.inputs, columnStride: 1, inner: count, columns: linear.inputs,
          columnScale: gamma, into: buffer.pointer + backward)
      }
    }
    if linear.split > 0 {
      pack(from: 0, count: linear.split, forward: linear.forward, backward: linear.backward)
      pack(
        from: linear.split, count: linear.outputs - linear.split, forward: linear.forwardRest,
        backward: linear.backwardRest)
    } else {
      pack(from: 0, count: linear.outputs, forward: linear.forward, backward: linear.backward)
    }
    foldBias(linear, weights: weights)
  }

  private func foldBias(_ linear: NetworkPlan.Linear, weights: UnsafePointer<Float>) {
    let folded = buffer.pointer + linear.foldedBias
    folded.update(from: weights + linear.bias, count: linear.outputs)
    guard let norm = linear.norm else { return }
    let beta = weights + norm.bias
    for output in 0..<linear.outputs {
      let row = weights + linear.weight + output * linear.inputs
      // Four partial sums, so that the additions need not wait for each other.
      var sums = SIMD4<Float>.zero
      let whole = linear.inputs / 4 * 4
      for input in stride(from: 0, to: whole, by: 4) {
        sums +=
          SIMD4(row[input], row[input + 1], row[input + 2], row[input + 3])
          * SIMD4(beta[input], beta[input + 1], beta[input + 2], beta[input + 3])
      }
      var sum = sums.sum()
      for input in whole..<linear.inputs { sum += row[input] * beta[input] }
      folded[output] += sum
    }
  }
}
