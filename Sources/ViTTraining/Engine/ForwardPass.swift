internal import ViTArchitecture
internal import ViTKernels

/// The forward pass of one shard: images in, logits in the workspace.
struct ForwardPass {
  let plan: NetworkPlan
  let kernels: KernelSet
  /// The packed weights.
  let packed: UnsafeMutablePointer<Float>
  /// The weight arena, for tokens and positions.
  let weights: UnsafePointer<Float>

  /// Factors on the branches of each image (stochastic depth): 0 for a dropped branch, 1 / keep for a kept one.
  struct BranchScales {
    /// (depth, 2, batch): attention, then MLP.
    let pointer: UnsafePointer<Float>
    let batch: Int
    let firstImage: Int

    func scale(block: Int, branch: Int, image: Int) -> Float {
      pointer[(2 * block + branch) * batch + firstImage + image]
    }
  }

  /// - Parameters:
  ///   - images: (count, channels, size, size), normalised.
  ///   - isHeadUsed: Heads that nothing reads are left out.
  ///   - keepDerivatives: Whether GELU's derivative is kept for a backward pass.
  func run(
    images: UnsafePointer<Float>, count: Int, workspace: Workspace, branchScales: BranchScales?,
    keepDerivatives: Bool, isHeadUsed: (Int) -> Bool = { _ in true }
  ) {
    embed(images: images, count: count, workspace)
    for index in plan.blocks.indices {
      run(
        block: index, count: count, workspace, branchScales: branchScales, keepDerivatives: keepDerivatives)
    }
    let prefix = plan.prefixTokens
    let stream = workspace.prefixStream.rows(from: 0, count: count * prefix)
    LayerNorm.forward(
      kernels, stream, normalized: workspace.normalizedFinal.rows(from: 0, count: count * prefix),
      inverse: workspace.inverseFinal)
    for (index, head) in plan.heads.enumerated() where isHeadUsed(index) {
      apply(
        head, to: headInput(index, count: count, workspace), into: workspace.logits[index].rows(from: 0, count: count))
    }
  }

  /// The rows that a head reads: class tokens for the first, distillation tokens for the second. (images, E)
  func headInput(_ index: Int, count: Int, _ workspace: Workspace) -> Matrix {
    let all = workspace.normalizedFinal
    return Matrix(
      all.pointer + index * all.stride, rows: count, columns: all.columns, stride: all.stride * plan.prefixTokens)
  }

  /// Y = X W^T + b with the layer's packed weights.
  func apply(
    _ linear: NetworkPlan.Linear, to input: Matrix, into output: Matrix,
    epilogue: MatrixProduct.Epilogue = .store
  ) {
    MatrixProduct.withPacked(
      kernels, a: input, packed: packed + linear.forward, bias: packed + linear.foldedBias, into: output,
      epilogue: epilogue)
  }

  /// Patch embedding, tokens and positions.
  private func embed(images: UnsafePointer<Float>, count: Int, _ workspace: Workspace) {
    let architecture = plan.architecture
    let (size, patch, side) = (architecture.imageSize, architecture.patchSize, architecture.patchesPerSide)
    let patches = workspace.patches.rows(from: 0, count: count * plan.tokens)
    for image in 0..<count {
      for channel in 0..<architecture.channels {
        let plane = images + (image * architecture.channels + channel) * size * size
        for y in 0..<size {
          let firstRow = image * plan.tokens + plan.prefixTokens + y / patch * side
          let column = (channel * patch + y % patch) * patch
          var target = patches.pointer + firstRow * patches.stride + column
          var source = plane + y * size
          for _ in 0..<side {
            target.update(from: source, count: patch)
            target += patches.stride
            source += patch
          }
        }
      }
    }
    let stream = workspace.stream.rows(from: 0, count: count * plan.tokens)
    apply(plan.patch, to: patches, into: stream)
    let width = plan.embedding
    for image in 0..<count {
      let first = stream.pointer + image * plan.tokens * stream.stride
      first.update(from: weights + plan.classToken, count: width)
      if let token = plan.distillationToken { (first + stream.stride).update(from: weights + token, count: width) }
      for token in 0..<plan.tokens {
        ArrayOperations.add(
          kernels, weights + plan.positions + token * width, count: width, to: first + token * stream.stride)
      }
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
    LayerNorm.forward(kernels, stream, normalized: normalized, inverse: saved.inverse1)
    if isLast {
      copyPrefixRows(from: normalized, to: saved.queryInput, count: count)
      copyPrefixRows(from: stream, to: workspace.prefixStream, count: count)
      applySplit(block.queryKeyValue, saved, queryRows: queryRows, rows: rows)
    } else if let all = saved.queryKeyValues {
      apply(block.queryKeyValue, to: normalized, into: all.rows(from: 0, count: rows))
    }
    attend(block, saved, count: count, queriesPerImage: queriesPerImage, workspace)

    // From here on only the rows that something reads.
    let rest = (isLast ? workspace.prefixStream : workspace.stream).rows(from: 0, count: queryRows)
    addBranch(
      block.projection, input: saved.attended.rows(from: 0, count: queryRows), to: rest, workspace,
      scales: branchScales, block: index, branch: 0, rowsPerImage: queriesPerImage)
    let normalized2 = saved.normalized2.rows(from: 0, count: queryRows)
    LayerNorm.forward(kernels, rest, normalized: normalized2, inverse: saved.inverse2)
    let hidden = saved.hidden.rows(from: 0, count: queryRows)
    apply(
      block.expand, to: normalized2, into: hidden,
      epilogue: keepDerivatives
        ? .geluWithDerivative(saved.hiddenDerivative.rows(from: 0, count: queryRows)) : .gelu)
    addBranch(
      block.contract, input: hidden, to: rest, workspace,
      scales: branchScales, block: index, branch: 1, rowsPerImage: queriesPerImage)
  }

  /// Queries for the prefix tokens, keys and values for all.
  private func applySplit(
    _ linear: NetworkPlan.Linear, _ saved: Workspace.BlockActivations, queryRows: Int, rows: Int
  ) {
    apply(
      linear, to: saved.queryInput.rows(from: 0, count: queryRows),
      into: saved.queries.rows(from: 0, count: queryRows))
    MatrixProduct.withPacked(
      kernels, a: saved.normalized1.rows(from: 0, count: rows), packed: packed + linear.forwardRest,
      bias: packed + linear.foldedBias + linear.split, into: saved.keyValues.rows(from: 0, count: rows))
  }

  private func attend(
    _ block: NetworkPlan.Block, _ saved: Workspace.BlockActivations, count: Int, queriesPerImage: Int,
    _ workspace: Workspace
  ) {
    for image in 0..<count {
      for head in 0..<block.heads {
        var attention = AttentionOfHead(plan, block, saved, image: image, head: head, queriesPerImage: queriesPerImage)
          .operation(scratch: workspace.attentionScratch)
        attention.forward(kernels)
      }
    }
  }

  /// stream += scale * (input W^T + b)
  private func addBranch(
    _ linear: NetworkPlan.Linear, input: Matrix, to stream: Matrix, _ workspace: Workspace,
    scales: BranchScales?, block: Int, branch branchIndex: Int, rowsPerImage: Int
  ) {
    guard let scales else {
      apply(linear, to: input, into: stream, epilogue: .accumulate)
      return
    }
    let branch = workspace.branch.rows(from: 0, count: input.rows)
    apply(linear, to: input, into: branch)
    for row in 0..<input.rows {
      ArrayOperations.add(
        kernels, branch.pointer + row * branch.stride,
        scale: scales.scale(block: block, branch: branchIndex, image: row / rowsPerImage), count: stream.columns,
        to: stream.pointer + row * stream.stride)
    }
  }

  private func copyPrefixRows(from source: Matrix, to target: Matrix, count: Int) {
    for image in 0..<count {
      for token in 0..<plan.prefixTokens {
        (target.pointer + (image * plan.prefixTokens + token) * target.stride).update(
          from: source.pointer + (image * plan.tokens + token) * source.stride, count: source.columns)
      }
    }
  }
}

/// The places of one head of one image in a block's activations.
struct AttentionOfHead {
  let q: Matrix
  let k: Matrix
  let v: Matrix
  let probability: Matrix
  let output: Matrix
  let scale: Float

  init(
    _ plan: NetworkPlan, _ block: NetworkPlan.Block, _ saved: Workspace.BlockActivations, image: Int, head: Int,
    queriesPerImage: Int
  ) {
    q = AttentionOfHead.part(saved.queries, image: image, perImage: queriesPerImage, head: head, width: block.queryKey)
    k = AttentionOfHead.part(saved.keyValues, image: image, perImage: plan.tokens, head: head, width: block.queryKey)
    v = AttentionOfHead.part(
      saved.keyValues, image: image, perImage: plan.tokens, head: head, width: block.value, from: block.keyColumns)
    let stride = Attention.probabilityStride(tokens: plan.tokens)
    probability = Matrix(
      saved.probabilities + (image * block.heads + head) * queriesPerImage * stride, rows: queriesPerImage,
      columns: plan.tokens, stride: stride)
    output = AttentionOfHead.part(
      saved.attended, image: image, perImage: queriesPerImage, head: head, width: block.value)
    scale = block.scale
  }

  func operation(scratch: UnsafeMutablePointer<Float>) -> Attention {
    Attention(q: q, k: k, v: v, scale: scale, probability: probability, output: output, scratch: scratch)
  }

  /// The rows of an image and the columns of a head.
  static func part(
    _ matrix: Matrix, image: Int, perImage: Int, head: Int, width: Int, from firstColumn: Int = 0
  ) -> Matrix {
    Matrix(
      matrix.pointer + image * perImage * matrix.stride + firstColumn + head * width, rows: perImage, columns: width,
      stride: matrix.stride)
  }
}
