internal import ViTArchitecture
internal import ViTKernels

/// The activations of one shard of a batch, and the room for their gradients; one for each worker, or one for all
/// workers that do a pass together.
///
/// Rows of a shard are its images' tokens, image by image. In the last block only the prefix tokens (class and
/// distillation) go on past the keys and values, because nothing reads the others: `queryRows` counts them.
struct Workspace {
  /// Patch pixels, with zero rows for prefix tokens. (rows, patch values)
  let patches: Matrix
  /// The residual stream. (rows, E)
  let stream: Matrix
  /// The residual stream's prefix tokens, from the last block on. (prefix rows, E)
  let prefixStream: Matrix
  let blocks: [BlockActivations]
  /// (prefix rows, E)
  let normalizedFinal: Matrix
  let inverseFinal: Vector
  /// One for each head. (images, classes)
  let logits: [Matrix]
  let logitGradients: [Matrix]
  /// One for each worker that uses the workspace.
  let attentionScratch: [Vector]
  /// A branch's output before it is added to the stream. (rows, E)
  let branch: Matrix
  let gradients: Gradients?

  /// Activations of one block.
  struct BlockActivations {
    /// x after the first LayerNorm, without affine part. (rows, E)
    let normalized1: Matrix
    let inverse1: Vector
    /// The rows of `normalized1` that queries are made of; the same matrix except in the last block. (queryRows, E)
    let queryInput: Matrix
    /// (queryRows, H QK)
    let queries: Matrix
    /// Keys, then values. (rows, H QK + H V)
    let keyValues: Matrix
    /// Queries, keys and values side by side, except in the last block, where they are apart.
    let queryKeyValues: Matrix?
    /// Attention weights: image by image, head by head, (queries, padded tokens).
    let probabilities: Vector
    /// (queryRows, H V)
    let attended: Matrix
    /// (queryRows, E)
    let normalized2: Matrix
    let inverse2: Vector
    /// GELU's value and derivative. (queryRows, M)
    let hidden: Matrix
    let hiddenDerivative: Matrix
  }

  /// Gradients of activations; one block's are dead before the next block's are needed.
  struct Gradients {
    /// (rows, E)
    let stream: Matrix
    let prefixStream: Matrix
    let normalized: Matrix
    let branch: Matrix
    /// (rows, widest M)
    let hidden: Matrix
    /// (rows, widest H V)
    let attended: Matrix
    /// (rows, widest 2 H QK + H V)
    let queryKeyValues: Matrix
    /// (prefix rows, H QK) of the last block
    let prefixQueries: Matrix
  }

  /// - Parameters:
  ///   - images: Largest number of images in a shard.
  ///   - forTraining: Whether to keep every block's activations and make room for gradients; inference reuses one
  ///     block's room for all.
  ///   - workers: Threads that do a pass together. With several, inference has two blocks' rooms, used in turn: a
  ///     thread begins a block while others are still at the one before, and none is two blocks ahead.
  static func arena(_ plan: NetworkPlan, images: Int, forTraining: Bool, workers: Int = 1) -> Arena<Workspace> {
    Arena { layout in Workspace(plan, images: images, forTraining: forTraining, workers: workers, &layout) }
  }

  /// Floats of such an arena.
  static func floatCount(_ plan: NetworkPlan, images: Int, forTraining: Bool, workers: Int = 1) -> Int {
    ArenaLayout.floatCount { layout in
      Workspace(plan, images: images, forTraining: forTraining, workers: workers, &layout)
    }
  }

  private init(
    _ plan: NetworkPlan, images: Int, forTraining: Bool, workers: Int, _ layout: inout ArenaLayout
  ) {
    let rows = images * plan.tokens
    let prefixRows = images * plan.prefixTokens
    let classes = plan.architecture.classCount
    patches = layout.matrix(rows, plan.patch.inputs)
    stream = layout.matrix(rows, plan.embedding)
    prefixStream = layout.matrix(prefixRows, plan.embedding)
    func block(_ index: Int, _ layout: inout ArenaLayout) -> BlockActivations {
      BlockActivations(plan, block: index, images: images, forTraining: forTraining, &layout)
    }
    let depth = plan.blocks.count
    if forTraining {
      blocks = (0..<depth).map { block($0, &layout) }
    } else if workers == 1 {
      blocks = layout.overlaid(count: depth, block)
    } else {
      let even = layout.overlaid(count: (depth + 1) / 2) { block(2 * $0, &$1) }
      let odd = layout.overlaid(count: depth / 2) { block(2 * $0 + 1, &$1) }
      blocks = (0..<depth).map { $0 % 2 == 0 ? even[$0 / 2] : odd[$0 / 2] }
    }
    normalizedFinal = layout.matrix(prefixRows, plan.embedding)
    inverseFinal = layout.vector(prefixRows)
    logits = plan.heads.map { _ in layout.matrix(images, classes) }
    logitGradients = plan.heads.map { _ in layout.matrix(images, classes) }
    let scratch = plan.blocks.map { plan.attention($0, images: 1, queries: plan.tokens).scratchCount }.max() ?? 0
    attentionScratch = (0..<workers).map { _ in layout.vector(scratch) }
    branch = layout.matrix(rows, plan.embedding)
    gradients = forTraining ? Gradients(plan, images: images, &layout) : nil
  }
}

extension Workspace.BlockActivations {
  fileprivate init(
    _ plan: NetworkPlan, block index: Int, images: Int, forTraining: Bool, _ layout: inout ArenaLayout
  ) {
    let block = plan.blocks[index]
    let isLast = index == plan.blocks.count - 1
    let rows = images * plan.tokens
    let queriesPerImage = isLast ? plan.prefixTokens : plan.tokens
    let queryRows = images * queriesPerImage
    let (keys, values) = (block.keyColumns, block.valueColumns)
    normalized1 = layout.matrix(rows, plan.embedding)
    inverse1 = layout.vector(rows)
    if isLast {
      queryKeyValues = nil
      queryInput = layout.matrix(queryRows, plan.embedding)
      queries = layout.matrix(queryRows, keys)
      keyValues = layout.matrix(rows, keys + values)
    } else {
      let all = layout.matrix(rows, 2 * keys + values)
      queryKeyValues = all
      queryInput = normalized1
      queries = all.columns(from: 0, count: keys)
      keyValues = all.columns(from: keys, count: keys + values)
    }
    probabilities = layout.vector(
      plan.attention(block, images: images, queries: queriesPerImage).probabilityCount)
    attended = layout.matrix(queryRows, values)
    normalized2 = layout.matrix(queryRows, plan.embedding)
    inverse2 = layout.vector(queryRows)
    hidden = layout.matrix(queryRows, block.mlpHidden)
    hiddenDerivative = forTraining ? layout.matrix(queryRows, block.mlpHidden) : hidden
  }

  /// Queries, keys and values of the first images.
  func operands(_ plan: NetworkPlan, _ block: NetworkPlan.Block, images: Int, queries count: Int) -> Attention.Operands
  {
    Attention.Operands(
      queries: queries.rows(from: 0, count: images * count),
      keyValues: keyValues.rows(from: 0, count: images * plan.tokens), keys: block.keyColumns)
  }
}

extension Attention.Operands {
  /// - Parameters:
  ///   - keyValues: Keys, then values.
  ///   - keys: Columns of the keys.
  init(queries: Matrix, keyValues: Matrix, keys: Int) {
    self.init(
      q: queries, k: keyValues.columns(from: 0, count: keys),
      v: keyValues.columns(from: keys, count: keyValues.columns - keys))
  }
}

extension Workspace.Gradients {
  fileprivate init(_ plan: NetworkPlan, images: Int, _ layout: inout ArenaLayout) {
    let (rows, prefixRows) = (images * plan.tokens, images * plan.prefixTokens)
    func widest(_ width: (NetworkPlan.Block) -> Int) -> Int { plan.blocks.map(width).max() ?? 0 }
    stream = layout.matrix(rows, plan.embedding)
    prefixStream = layout.matrix(prefixRows, plan.embedding)
    normalized = layout.matrix(rows, plan.embedding)
    branch = layout.matrix(rows, plan.embedding)
    hidden = layout.matrix(rows, widest(\.mlpHidden))
    attended = layout.matrix(rows, widest(\.valueColumns))
    queryKeyValues = layout.matrix(rows, widest { 2 * $0.keyColumns + $0.valueColumns })
    prefixQueries = layout.matrix(prefixRows, plan.blocks.last?.keyColumns ?? 0)
  }
}
