internal import ViTArchitecture

extension MinedDocument {
  /// Of the dense model, which relative targets refer to.
  var baselineName: String { "deit-\(regularities.dense.embedding)" }

  /// The dense model and narrower ones, as entries of the section `baselines`.
  ///
  /// They keep the width of a head and have fewer heads, as DeiT-S and DeiT-Ti do beside DeiT-B, down to the first whose
  /// multiply-accumulates are below the share of the smallest snapshot. A dense model whose blocks differ is stood for by
  /// its means, since baselines are uniform.
  var baselines: [String] {
    let dense = regularities.dense
    let mean = DimensionKind.allCases.map { max(1, Int(dense.meanWidth(of: $0).rounded())) }
    let block = Architecture.Block(heads: mean[0], queryKey: mean[1], value: mean[2], mlpHidden: mean[3])
    var members = [(name: baselineName, embedding: dense.embedding, block: block)]
    let least = leastShare
    // A model of one head is narrowed in quarters.
    let steps = block.heads > 1 ? block.heads : 4
    for step in stride(from: steps - 1, through: 1, by: -1) {
      let share = Double(step) / Double(steps)
      let embedding = Int((Double(dense.embedding) * share).rounded())
      var narrower = block
      narrower.heads = block.heads > 1 ? step : 1
      narrower.mlpHidden = max(1, Int((Double(block.mlpHidden) * share).rounded()))
      guard embedding >= 1, embedding < members[members.count - 1].embedding else { continue }
      // Many heads would make many baselines, each trained for several seeds; every other target is bracketed by these.
      guard share <= 0.85 * Double(members[members.count - 1].embedding) / Double(dense.embedding) else { continue }
      members.append(("deit-\(embedding)", embedding, narrower))
      if cost(narrower, embedding: embedding) < least * cost(block, embedding: dense.embedding) { break }
    }
    return members.map { member in
      """
      name: \(member.name), embedding: \(member.embedding), heads: \(member.block.heads), \
      query-key: \(member.block.queryKey), value: \(member.block.value), mlp-hidden: \(member.block.mlpHidden), \
      attention-scale: \(MinedDocument.text(dense.attentionScale))
      """
    }
  }

  private func cost(_ block: Architecture.Block, embedding: Int) -> Double {
    var architecture = regularities.dense
    architecture.embedding = embedding
    architecture.blocks = Array(repeating: block, count: architecture.depth)
    return Double(architecture.multiplyAccumulates)
  }

  /// Of the smallest relative target, or 0 to go on to a single head.
  private var leastShare: Double {
    targets.compactMap { $0.hasSuffix("x") ? Double($0.dropLast()) : nil }.min() ?? 0
  }
}
