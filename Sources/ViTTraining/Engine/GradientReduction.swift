internal import ViTKernels

/// What is reduced, unfolded and updated together: a linear layer with the LayerNorm before it, or single tensors.
struct ParameterGroup {
  /// Ranges of the arena whose gradients come from the shards, with their weight decay flag.
  let ranges: [(offset: Int, count: Int, isDecayed: Bool)]
  /// Linear layers whose gradients are those of folded weights, all with the same norm.
  let folded: [NetworkPlan.Linear]
}

extension NetworkPlan {
  /// Every tensor in exactly one group.
  func parameterGroups(_ table: ParameterTable) -> [ParameterGroup] {
    let layers = linears
    let grouped = Set(
      layers.flatMap { [$0.weight, $0.bias] + ($0.norm.map { [$0.weight, $0.bias] } ?? []) })
    func ranges(_ offsets: [Int]) -> [(offset: Int, count: Int, isDecayed: Bool)] {
      table.entries.filter { offsets.contains($0.offset) }.map { ($0.offset, $0.count, $0.isDecayed) }
    }
    var groups: [ParameterGroup] = []
    for linear in layers where linear.norm == nil {
      groups.append(ParameterGroup(ranges: ranges([linear.weight, linear.bias]), folded: []))
    }
    for linear in layers where linear.norm != nil && !heads.contains(where: { $0.weight == linear.weight }) {
      groups.append(ParameterGroup(ranges: ranges([linear.weight, linear.bias]), folded: [linear]))
    }
    groups.append(ParameterGroup(ranges: ranges(heads.flatMap { [$0.weight, $0.bias] }), folded: heads))
    for entry in table.entries where !grouped.contains(entry.offset) {
      groups.append(ParameterGroup(ranges: [(entry.offset, entry.count, entry.isDecayed)], folded: []))
    }
    return groups
  }
}

/// Adds the shards' gradients up, and turns those of folded weights into those of weights and norms.
struct GradientReduction {
  let kernels: KernelSet
  let weights: UnsafePointer<Float>
  let shards: UnsafePointer<UnsafePointer<Float>?>
  let shardCount: Int
  let embedding: Int
  /// Gradients outside it are zero and count for no norm.
  let mask: WeightMask?

  /// Fills the group's part of the `gradient` arena and returns its sum of squares.
  func reduce(_ group: ParameterGroup, into gradient: UnsafeMutablePointer<Float>) -> Double {
    var squares = 0.0
    for range in group.ranges {
      squares += ArrayOperations.reduce(
        kernels, parts: shards, partCount: shardCount, offset: range.offset, count: range.count,
        into: gradient + range.offset)
    }
    guard let norm = group.folded.first?.norm else {
      guard let mask else { return squares }
      return group.ranges.reduce(0) { sum, range in
        mask.apply(to: gradient, range: range.offset..<range.offset + range.count)
        return sum + sumOfSquares(gradient + range.offset, range.count)
      }
    }
    (gradient + norm.weight).update(repeating: 0, count: embedding)
    (gradient + norm.bias).update(repeating: 0, count: embedding)
    for linear in group.folded { unfold(linear, norm: norm, gradient) }
    squares = 0
    for range in group.ranges {
      mask?.apply(to: gradient, range: range.offset..<range.offset + range.count)
      squares += sumOfSquares(gradient + range.offset, range.count)
    }
    return squares + sumOfSquares(gradient + norm.weight, embedding) + sumOfSquares(gradient + norm.bias, embedding)
  }

  /// With W' = W diag(gamma) and b' = b + W beta: dgamma += sum over outputs of dW' W, dbeta += W^T db', and
  /// dW = dW' diag(gamma) + db' beta^T.
  private func unfold(_ linear: NetworkPlan.Linear, norm: NetworkPlan.Norm, _ gradient: UnsafeMutablePointer<Float>) {
    let gamma = weights + norm.weight
    let beta = weights + norm.bias
    let gammaGradient = gradient + norm.weight
    let betaGradient = gradient + norm.bias
    for output in 0..<linear.outputs {
      let row = weights + linear.weight + output * linear.inputs
      let rowGradient = gradient + linear.weight + output * linear.inputs
      let bias = gradient[linear.bias + output]
      for input in 0..<linear.inputs {
        let folded = rowGradient[input]
        gammaGradient[input] += folded * row[input]
        betaGradient[input] += bias * row[input]
        rowGradient[input] = folded * gamma[input] + bias * beta[input]
      }
    }
  }

  private func sumOfSquares(_ values: UnsafePointer<Float>, _ count: Int) -> Double {
    var sums = SIMD8<Double>.zero
    let whole = count / 8 * 8
    for i in stride(from: 0, to: whole, by: 8) {
      let part = SIMD8<Double>(UnsafeRawPointer(values + i).loadUnaligned(as: SIMD8<Float>.self))
      sums += part * part
    }
    var total = sums.sum()
    for i in whole..<count { total += Double(values[i]) * Double(values[i]) }
    return total
  }
}
