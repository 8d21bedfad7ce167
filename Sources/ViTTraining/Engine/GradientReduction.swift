internal import ViTKernels

/// What is reduced, unfolded and updated together: a linear layer with the LayerNorm before it, or single tensors.
struct ParameterGroup {
  /// Tensors whose gradients come from the shards.
  let tensors: [ParameterTable.Entry]
  /// Linear layers whose gradients are those of folded weights, all with the same norm.
  let folded: [NetworkPlan.Linear]
}

extension NetworkPlan {
  /// Every tensor in exactly one group.
  func parameterGroups(_ table: ParameterTable) -> [ParameterGroup] {
    let layers = linears
    let grouped = Set(
      layers.flatMap { [$0.weight, $0.bias] + ($0.norm.map { [$0.weight, $0.bias] } ?? []) })
    func group(_ layers: [Linear], folded: [Linear] = []) -> ParameterGroup {
      let offsets = layers.flatMap { [$0.weight, $0.bias] }
      return ParameterGroup(tensors: table.entries.filter { offsets.contains($0.offset) }, folded: folded)
    }
    var groups: [ParameterGroup] = []
    for linear in layers where linear.norm == nil { groups.append(group([linear])) }
    for linear in layers where linear.norm != nil && !heads.contains(where: { $0.weight == linear.weight }) {
      groups.append(group([linear], folded: [linear]))
    }
    groups.append(group(heads, folded: heads))
    for entry in table.entries where !grouped.contains(entry.offset) {
      groups.append(ParameterGroup(tensors: [entry], folded: []))
    }
    return groups
  }
}

/// Adds the shards' gradients up, and turns those of folded weights into those of weights and norms.
struct GradientReduction {
  let kernels: KernelSet
  /// The weight arena.
  let weights: Vector
  /// The shards' gradient arenas. (shards, floats of an arena)
  let shards: Matrix
  /// Gradients outside it are zero and count for no norm.
  let mask: WeightMask?

  /// Fills the group's part of the `gradient` arena, which may be the first shard's, and returns its sum of squares.
  func reduce(_ group: ParameterGroup, into gradient: Vector) -> Double {
    var squares = 0.0
    for tensor in group.tensors {
      squares += ArrayOperations.reduce(
        kernels, shards.columns(from: tensor.offset, count: tensor.count), into: gradient[tensor.range])
    }
    let norm = group.folded.first?.norm
    guard norm != nil || mask != nil else { return squares }
    if let norm {
      norm.gamma(in: gradient).fill(0)
      norm.beta(in: gradient).fill(0)
      for linear in group.folded {
        FoldedNorm.unfold(layer(linear, norm, in: weights), gradient: layer(linear, norm, in: gradient))
      }
    }
    squares = 0
    for tensor in group.tensors {
      mask?.apply(to: gradient[tensor.range], range: tensor.range)
      squares += ArrayOperations.sumOfSquares(gradient[tensor.range])
    }
    guard let norm else { return squares }
    return squares + ArrayOperations.sumOfSquares(norm.gamma(in: gradient))
      + ArrayOperations.sumOfSquares(norm.beta(in: gradient))
  }

  private func layer(
    _ linear: NetworkPlan.Linear, _ norm: NetworkPlan.Norm, in arena: Vector
  ) -> FoldedNorm.Layer {
    FoldedNorm.Layer(
      weight: linear.weight(in: arena), bias: linear.bias(in: arena), gamma: norm.gamma(in: arena),
      beta: norm.beta(in: arena))
  }
}
