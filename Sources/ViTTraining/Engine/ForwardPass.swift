internal import ViTKernels

/// The forward pass of one shard: images in, logits in the workspace.
///
/// Threads may do one pass together, each with its `Share` of the rows. All that a row needs of others are the keys and
/// values of its image, so the threads wait for each other once in every block, before the attention. Each number is
/// computed in the same order whoever computes it, so the bits do not depend on the shares.
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

  /// What one thread does of a pass.
  struct Share {
    /// Rows of tokens, image by image.
    let rows: Range<Int>
    /// Images whose prefix tokens and heads it follows, from the last block's queries on.
    let images: Range<Int>
    let attentionScratch: Vector
    /// Where all that share the pass wait for each other; nil for one that works alone.
    let barrier: Barrier?
  }

  /// A whole pass.
  ///
  /// - Parameters:
  ///   - images: (count, channels, size, size), normalised.
  ///   - isHeadUsed: Heads that nothing reads are left out.
  ///   - keepDerivatives: Whether GELU's derivative is kept for a backward pass.
  func run(
    images: Vector, count: Int, workspace: Workspace, branchScales: BranchScales?, keepDerivatives: Bool,
    isHeadUsed: (Int) -> Bool = { _ in true }
  ) {
    let share = Share(
      rows: 0..<count * plan.tokens, images: 0..<count, attentionScratch: workspace.attentionScratch[0], barrier: nil)
    run(
      share, images: images, workspace: workspace, branchScales: branchScales, keepDerivatives: keepDerivatives,
      isHeadUsed: isHeadUsed)
  }

  /// One thread's share of a pass; `Workspace` says what memory that takes.
  ///
  /// - Parameter branchScales: For whole passes only.
  func run(
    _ share: Share, images: Vector, workspace: Workspace, branchScales: BranchScales?, keepDerivatives: Bool,
    isHeadUsed: (Int) -> Bool = { _ in true }
  ) {
    embed(share, images: images, workspace)
    for index in plan.blocks.indices {
      run(block: index, share, workspace, branchScales: branchScales, keepDerivatives: keepDerivatives)
    }
    let rows = prefixRows(share)
    LayerNorm.forward(
      kernels, workspace.prefixStream.rows(rows), normalized: workspace.normalizedFinal.rows(rows),
      inverse: workspace.inverseFinal[rows])
    for (index, head) in plan.heads.enumerated() where isHeadUsed(index) {
      let input = headInput(index, count: share.images.upperBound, workspace)
      apply(head, to: input.rows(share.images), into: workspace.logits[index].rows(share.images))
    }
  }

  /// The prefix tokens of the share's images, among those of all images.
  private func prefixRows(_ share: Share) -> Range<Int> {
    share.images.lowerBound * plan.prefixTokens..<share.images.upperBound * plan.prefixTokens
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
  private func embed(_ share: Share, images: Vector, _ workspace: Workspace) {
    let patches = workspace.patches.rows(share.rows)
    plan.patches.gather(images, into: patches, from: share.rows.lowerBound)
    apply(plan.patch, to: patches, into: workspace.stream.rows(share.rows))
    let positions = plan.positions(in: weights)
    plan.forEachImage(of: share.rows) { image, tokens in
      let first = image * plan.tokens
      if tokens.contains(0) { workspace.stream.row(first).copy(from: plan.classToken(in: weights)) }
      if tokens.contains(1), let token = plan.distillationToken(in: weights) {
        workspace.stream.row(first + 1).copy(from: token)
      }
      ArrayOperations.add(
        kernels, positions.rows(tokens), to: workspace.stream.rows(from: first + tokens.lowerBound, count: tokens.count)
      )
    }
  }

  private func run(
    block index: Int, _ share: Share, _ workspace: Workspace, branchScales: BranchScales?, keepDerivatives: Bool
  ) {
    let block = plan.blocks[index]
    let saved = workspace.blocks[index]
    let isLast = index == plan.blocks.count - 1
    let rows = share.rows
    let queryRows = isLast ? prefixRows(share) : rows

    let normalized = saved.normalized1.rows(rows)
    LayerNorm.forward(kernels, workspace.stream.rows(rows), normalized: normalized, inverse: saved.inverse1[rows])
    if isLast {
      applyKeysAndValues(block.queryKeyValue, saved, rows: rows)
      share.barrier?.wait()
      copyPrefixRows(from: saved.normalized1, to: saved.queryInput, share)
      copyPrefixRows(from: workspace.stream, to: workspace.prefixStream, share)
      applyQueries(block.queryKeyValue, saved, rows: queryRows)
    } else if let all = saved.queryKeyValues {
      apply(block.queryKeyValue, to: normalized, into: all.rows(rows))
      share.barrier?.wait()
    }
    attend(block, saved, share, isLast: isLast)

    // From here on only the rows that something reads.
    let rest = (isLast ? workspace.prefixStream : workspace.stream).rows(queryRows)
    addBranch(
      block.projection, input: saved.attended.rows(queryRows), to: rest, workspace,
      scales: branchScales?.scales(block: index, .attention))
    let normalized2 = saved.normalized2.rows(queryRows)
    LayerNorm.forward(kernels, rest, normalized: normalized2, inverse: saved.inverse2[queryRows])
    let hidden = saved.hidden.rows(queryRows)
    apply(
      block.expand, to: normalized2, into: hidden,
      epilogue: keepDerivatives ? .geluWithDerivative(saved.hiddenDerivative.rows(queryRows)) : .gelu)
    addBranch(
      block.contract, input: hidden, to: rest, workspace, scales: branchScales?.scales(block: index, .mlp))
  }

  /// Attention of the share's tokens, or of its images' prefix tokens in the last block.
  private func attend(
    _ block: NetworkPlan.Block, _ saved: Workspace.BlockActivations, _ share: Share, isLast: Bool
  ) {
    func attend(image: Int, queries: Range<Int>, of perImage: Int) {
      let attention = plan.attention(block, images: 1, queries: queries.count)
      let rows = image * perImage + queries.lowerBound..<image * perImage + queries.upperBound
      // Image by image, and of each image the queries before these, of all heads.
      let first = rows.lowerBound * block.heads * Attention.probabilityStride(tokens: plan.tokens)
      attention.forward(
        kernels,
        Attention.Operands(
          queries: saved.queries.rows(rows),
          keyValues: saved.keyValues.rows(from: image * plan.tokens, count: plan.tokens), keys: block.keyColumns),
        probabilities: saved.probabilities[first..<first + attention.probabilityCount],
        output: saved.attended.rows(rows), scratch: share.attentionScratch)
    }
    if isLast {
      for image in share.images { attend(image: image, queries: 0..<plan.prefixTokens, of: plan.prefixTokens) }
    } else {
      plan.forEachImage(of: share.rows) { attend(image: $0, queries: $1, of: plan.tokens) }
    }
  }

  /// The last block's queries, of prefix tokens only.
  private func applyQueries(_ linear: NetworkPlan.Linear, _ saved: Workspace.BlockActivations, rows: Range<Int>) {
    MatrixProduct.withPacked(
      kernels, a: saved.queryInput.rows(rows), packed: linear.packed.forward.matrix(in: packed),
      bias: packed[linear.foldedBias][0..<linear.split], into: saved.queries.rows(rows))
  }

  /// The last block's keys and values, of all tokens.
  private func applyKeysAndValues(
    _ linear: NetworkPlan.Linear, _ saved: Workspace.BlockActivations, rows: Range<Int>
  ) {
    guard let rest = linear.rest else { return }
    MatrixProduct.withPacked(
      kernels, a: saved.normalized1.rows(rows), packed: rest.forward.matrix(in: packed),
      bias: packed[linear.foldedBias][linear.split..<linear.outputs], into: saved.keyValues.rows(rows))
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

  private func copyPrefixRows(from source: Matrix, to target: Matrix, _ share: Share) {
    for image in share.images {
      target.rows(from: image * plan.prefixTokens, count: plan.prefixTokens).copy(
        from: source.rows(from: image * plan.tokens, count: plan.prefixTokens))
    }
  }
}

extension NetworkPlan {
  /// Calls `body` for each image that has some of the token rows, with these rows counted from the image's first.
  func forEachImage(of rows: Range<Int>, _ body: (Int, Range<Int>) -> Void) {
    var start = rows.lowerBound
    while start < rows.upperBound {
      let image = start / tokens
      let end = min(rows.upperBound, (image + 1) * tokens)
      body(image, start - image * tokens..<end - image * tokens)
      start = end
    }
  }
}
