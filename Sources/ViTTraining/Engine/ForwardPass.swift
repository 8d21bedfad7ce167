internal import ViTKernels

/// The forward pass of one shard: images in, logits in the workspace.
struct ForwardPass {
  let plan: NetworkPlan
  let kernels: KernelSet
  /// The packed weights.
  let packed: Vector
  /// The weight arena, for tokens and positions.
  let weights: Vector

  /// Factors on the branches of a shard's images (stochastic depth): 0 for a dropped branch, 1 / keep for a kept one.
  struct BranchScales {
    /// (2 depth, images): attention, then MLP of each block.
    let factors: Matrix

    /// One for each image.
    func scales(block: Int, _ branch: Branch) -> Vector { factors.row(2 * block + branch.rawValue) }
  }

  enum Branch: Int { case attention, mlp }

  /// - Parameters:
  ///   - images: (count, channels, size, size), normalised.
  ///   - isHeadUsed: Heads that nothing reads are left out.
  ///   - keepDerivatives: Whether GELU's derivative is kept for a backward pass.
  func run(
    images: Vector, count: Int, workspace: Workspace, branchScales: BranchScales?, keepDerivatives: Bool,
    isHeadUsed: (Int) -> Bool = { _ in true }
  ) {
    embed(images: images, count: count, workspace)
    for index in plan.blocks.indices {
      run(
        block: index, count: count, workspace, branchScales: branchScales, keepDerivatives: keepDerivatives)
    }
    let rows = count * plan.prefixTokens
    LayerNorm.forward(
      kernels, workspace.prefixStream.rows(from: 0, count: rows),
      normalized: workspace.normalizedFinal.rows(from: 0, count: rows), inverse: workspace.inverseFinal[0..<rows])
    for (index, head) in plan.heads.enumerated() where isHeadUsed(index) {
      apply(
        head, to: headInput(index, count: count, workspace), into: workspace.logits[index].rows(from: 0, count: count))
    }
  }

  /// The rows that a head reads: class tokens for the first, distillation tokens for the second. (images, E)
  func headInput(_ index: Int, count: Int, _ workspace: Workspace) -> Matrix {
    workspace.normalizedFinal.rows(from: index, count: count, step: plan.prefixTokens)
  }

  /// Y = X W^T + b with the layer's packed weights.
  private func apply(
    _ linear: NetworkPlan.Linear, to input: Matrix, into output: Matrix,
    epilogue: MatrixProduct.Epilogue = .store
  ) {
    MatrixProduct.withPacked(
      kernels, a: input, packed: linear.packed.forward.matrix(in: packed),
      bias: packed[linear.foldedBias], into: output, epilogue: epilogue)
  }

  /// Patch embedding, tokens and positions.
  private func embed(images: Vector, count: Int, _ workspace: Workspace) {
    let rows = count * plan.tokens
    let patches = workspace.patches.rows(from: 0, count: rows)
    plan.patches.gather(images, into: patches)
    let stream = workspace.stream.rows(from: 0, count: rows)
    apply(plan.patch, to: patches, into: stream)
    stream.rows(from: 0, count: count, step: plan.tokens).fillRows(plan.classToken(in: weights))
    if let token = plan.distillationToken(in: weights) {
      stream.rows(from: 1, count: count, step: plan.tokens).fillRows(token)
    }
    let positions = plan.positions(in: weights)
    for image in 0..<count {
      ArrayOperations.add(kernels, positions, to: stream.rows(from: image * plan.tokens, count: plan.tokens))
    }
  }

  private func run(
    block index: Int, count: Int, _ workspace: Workspace, branchScales: BranchScales?, keepDerivatives: Bool
  ) {
    let block = plan.blocks[index]
    let saved = workspace.blocks[index]
    let isLast = index == plan.blocks.count - 1
    let rows = count * plan.tokens
    let queriesPerImage = isLast ? plan.prefixTokens : plan.tokens
    let queryRows = count * queriesPerImage

    let stream = workspace.stream.rows(from: 0, count: rows)
    let normalized = saved.normalized1.rows(from: 0, count: rows)
    LayerNorm.forward(kernels, stream, normalized: normalized, inverse: saved.inverse1[0..<rows])
    if isLast {
      copyPrefixRows(from: normalized, to: saved.queryInput, count: count)
      copyPrefixRows(from: stream, to: workspace.prefixStream, count: count)
      applySplit(block.queryKeyValue, saved, queryRows: queryRows, rows: rows)
    } else if let all = saved.queryKeyValues {
      apply(block.queryKeyValue, to: normalized, into: all.rows(from: 0, count: rows))
    }
    let attention = plan.attention(block, images: count, queries: queriesPerImage)
    attention.forward(
      kernels, saved.operands(plan, block, images: count, queries: queriesPerImage),
      probabilities: saved.probabilities[0..<attention.probabilityCount],
      output: saved.attended.rows(from: 0, count: queryRows), scratch: workspace.attentionScratch)

    // From here on only the rows that something reads.
    let rest = (isLast ? workspace.prefixStream : workspace.stream).rows(from: 0, count: queryRows)
    addBranch(
      block.projection, input: saved.attended.rows(from: 0, count: queryRows), to: rest, workspace,
      scales: branchScales?.scales(block: index, .attention))
    let normalized2 = saved.normalized2.rows(from: 0, count: queryRows)
    LayerNorm.forward(kernels, rest, normalized: normalized2, inverse: saved.inverse2[0..<queryRows])
    let hidden = saved.hidden.rows(from: 0, count: queryRows)
    apply(
      block.expand, to: normalized2, into: hidden,
      epilogue: keepDerivatives
        ? .geluWithDerivative(saved.hiddenDerivative.rows(from: 0, count: queryRows)) : .gelu)
    addBranch(
      block.contract, input: hidden, to: rest, workspace, scales: branchScales?.scales(block: index, .mlp))
  }

  /// Queries for the prefix tokens, keys and values for all.
  private func applySplit(
    _ linear: NetworkPlan.Linear, _ saved: Workspace.BlockActivations, queryRows: Int, rows: Int
  ) {
    guard let rest = linear.rest else { return }
    let bias = packed[linear.foldedBias]
    MatrixProduct.withPacked(
      kernels, a: saved.queryInput.rows(from: 0, count: queryRows), packed: linear.packed.forward.matrix(in: packed),
      bias: bias[0..<linear.split], into: saved.queries.rows(from: 0, count: queryRows))
    MatrixProduct.withPacked(
      kernels, a: saved.normalized1.rows(from: 0, count: rows), packed: rest.forward.matrix(in: packed),
      bias: bias[linear.split..<linear.outputs], into: saved.keyValues.rows(from: 0, count: rows))
  }

  /// stream += scale * (input W^T + b)
  ///
  /// - Parameter scales: One for each image, or nil for 1.
  private func addBranch(
    _ linear: NetworkPlan.Linear, input: Matrix, to stream: Matrix, _ workspace: Workspace, scales: Vector?
  ) {
    guard let scales else {
      apply(linear, to: input, into: stream, epilogue: .accumulate)
      return
    }
    let branch = workspace.branch.rows(from: 0, count: input.rows)
    apply(linear, to: input, into: branch)
    ArrayOperations.add(kernels, branch, scales: scales, to: stream)
  }

  private func copyPrefixRows(from source: Matrix, to target: Matrix, count: Int) {
    for token in 0..<plan.prefixTokens {
      target.rows(from: token, count: count, step: plan.prefixTokens).copy(
        from: source.rows(from: token, count: count, step: plan.tokens))
    }
  }
}
