internal import ViTArchitecture
internal import ViTKernels

extension Workspace {
  /// Hands out room one piece after the other.
  struct Layout {
    var used = 0
    var base: UnsafeMutablePointer<Float>?

    mutating func array(_ count: Int) -> UnsafeMutablePointer<Float> {
      defer { used += (count + FloatBuffer.slack + 15) / 16 * 16 }
      // While sizes are counted there is no memory yet; the pointers made then are never followed.
      return base.map { $0 + used } ?? UnsafeMutablePointer(bitPattern: 64 + 64 * used)!
    }

    mutating func matrix(_ rows: Int, _ columns: Int) -> Matrix {
      let stride = Matrix.paddedStride(columns)
      return Matrix(array(rows * stride), rows: rows, columns: columns, stride: stride)
    }
  }

  struct Places {
    var patches: Matrix
    var stream: Matrix
    var prefixStream: Matrix
    var blocks: [BlockActivations]
    var normalizedFinal: Matrix
    var inverseFinal: UnsafeMutablePointer<Float>
    var logits: [Matrix]
    var logitGradients: [Matrix]
    var attentionScratch: UnsafeMutablePointer<Float>
    var branch: Matrix
    var gradients: Gradients?
  }

  static func place(_ plan: NetworkPlan, images: Int, forTraining: Bool, _ layout: inout Layout) -> Places {
    let rows = images * plan.tokens
    let prefixRows = images * plan.prefixTokens
    let e = plan.embedding
    let patches = layout.matrix(rows, plan.patch.inputs)
    let stream = layout.matrix(rows, e)
    let prefixStream = layout.matrix(prefixRows, e)

    var blocks: [BlockActivations] = []
    let start = layout.used
    var furthest = start
    for (index, block) in plan.blocks.enumerated() {
      if !forTraining { layout.used = start }
      blocks.append(
        place(block, plan, images: images, isLast: index == plan.blocks.count - 1, forTraining: forTraining, &layout))
      furthest = max(furthest, layout.used)
    }
    layout.used = furthest

    let classes = plan.architecture.classCount
    return Places(
      patches: patches, stream: stream, prefixStream: prefixStream, blocks: blocks,
      normalizedFinal: layout.matrix(prefixRows, e), inverseFinal: layout.array(prefixRows),
      logits: plan.heads.map { _ in layout.matrix(images, classes) },
      logitGradients: plan.heads.map { _ in layout.matrix(images, classes) },
      attentionScratch: layout.array(
        plan.blocks.map { block in
          Attention.scratchCount(
            queries: plan.tokens, tokens: plan.tokens, queryKey: block.queryKey, value: block.value)
        }.max() ?? 0),
      branch: layout.matrix(rows, e),
      gradients: forTraining ? placeGradients(plan, rows: rows, prefixRows: prefixRows, &layout) : nil)
  }

  private static func place(
    _ block: NetworkPlan.Block, _ plan: NetworkPlan, images: Int, isLast: Bool, forTraining: Bool,
    _ layout: inout Layout
  ) -> BlockActivations {
    let rows = images * plan.tokens
    let queriesPerImage = isLast ? plan.prefixTokens : plan.tokens
    let queryRows = images * queriesPerImage
    let keys = block.keyColumns
    let values = block.valueColumns
    let normalized1 = layout.matrix(rows, plan.embedding)
    let inverse1 = layout.array(rows)
    let all: Matrix?
    let queryInput: Matrix
    let queries: Matrix
    let keyValues: Matrix
    if isLast {
      all = nil
      queryInput = layout.matrix(queryRows, plan.embedding)
      queries = layout.matrix(queryRows, keys)
      keyValues = layout.matrix(rows, keys + values)
    } else {
      let matrix = layout.matrix(rows, 2 * keys + values)
      all = matrix
      queryInput = normalized1
      queries = matrix.columns(from: 0, count: keys)
      keyValues = matrix.columns(from: keys, count: keys + values)
    }
    let probabilities = layout.array(
      images * block.heads * queriesPerImage * Attention.probabilityStride(tokens: plan.tokens))
    let attended = layout.matrix(queryRows, values)
    let normalized2 = layout.matrix(queryRows, plan.embedding)
    let inverse2 = layout.array(queryRows)
    let hidden = layout.matrix(queryRows, block.mlpHidden)
    return BlockActivations(
      normalized1: normalized1, inverse1: inverse1, queryInput: queryInput, queries: queries, keyValues: keyValues,
      queryKeyValues: all, probabilities: probabilities, attended: attended, normalized2: normalized2,
      inverse2: inverse2, hidden: hidden,
      hiddenDerivative: forTraining ? layout.matrix(queryRows, block.mlpHidden) : hidden)
  }

  private static func placeGradients(
    _ plan: NetworkPlan, rows: Int, prefixRows: Int, _ layout: inout Layout
  ) -> Gradients {
    func widest(_ width: (NetworkPlan.Block) -> Int) -> Int { plan.blocks.map(width).max() ?? 0 }
    return Gradients(
      stream: layout.matrix(rows, plan.embedding), prefixStream: layout.matrix(prefixRows, plan.embedding),
      normalized: layout.matrix(rows, plan.embedding), branch: layout.matrix(rows, plan.embedding),
      hidden: layout.matrix(rows, widest(\.mlpHidden)), attended: layout.matrix(rows, widest(\.valueColumns)),
      queryKeyValues: layout.matrix(rows, widest { 2 * $0.keyColumns + $0.valueColumns }),
      prefixQueries: layout.matrix(prefixRows, plan.blocks.last?.keyColumns ?? 0))
  }
}
