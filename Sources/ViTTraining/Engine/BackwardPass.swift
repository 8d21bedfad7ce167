internal import ViTKernels

/// The backward pass of one shard: gradients of the logits in, gradients of the weights out.
///
/// Weight gradients of layers with a folded LayerNorm are those of the folded weights; `GradientReduction` unfolds
/// them after the shards have been added up. No gradient is computed for pixels.
struct BackwardPass {
  let forward: ForwardPass
  /// The shard's gradient arena, laid out like the weights.
  let gradient: Vector

  private var plan: NetworkPlan { forward.plan }
  private var kernels: KernelSet { forward.kernels }

  func run(count: Int, workspace: Workspace, branchScales: ForwardPass.BranchScales?, isHeadUsed: (Int) -> Bool) {
    guard let room = workspace.gradients else { return }
    backwardHeads(count: count, workspace, room, isHeadUsed: isHeadUsed)
    for index in plan.blocks.indices.reversed() {
      run(block: index, count: count, workspace, room, branchScales: branchScales)
    }
    backwardEmbedding(count: count, workspace, room)
  }

  private func backwardHeads(
    count: Int, _ workspace: Workspace, _ room: Workspace.Gradients, isHeadUsed: (Int) -> Bool
  ) {
    let rows = count * plan.prefixTokens
    let normalized = room.normalized.rows(from: 0, count: rows)
    for (index, head) in plan.heads.enumerated() {
      let target = normalized.rows(from: index, count: count, step: plan.prefixTokens)
      guard isHeadUsed(index) else {
        head.weight(in: gradient).fill(0)
        head.bias(in: gradient).fill(0)
        target.fill(0)
        continue
      }
      let outputGradient = workspace.logitGradients[index].rows(from: 0, count: count)
      weightGradient(
        head, outputGradient: outputGradient, input: forward.headInput(index, count: count, workspace))
      inputGradient(head, outputGradient: outputGradient, into: target)
    }
    let stream = room.prefixStream.rows(from: 0, count: rows)
    stream.fill(0)
    LayerNorm.backward(
      kernels, gradient: normalized, normalized: workspace.normalizedFinal.rows(from: 0, count: rows),
      inverse: workspace.inverseFinal[0..<rows], addingTo: stream)
  }

  private func run(
    block index: Int, count: Int, _ workspace: Workspace, _ room: Workspace.Gradients,
    branchScales: ForwardPass.BranchScales?
  ) {
    let block = plan.blocks[index]
    let saved = workspace.blocks[index]
    let isLast = index == plan.blocks.count - 1
    let rows = count * plan.tokens
    let queriesPerImage = isLast ? plan.prefixTokens : plan.tokens
    let queryRows = count * queriesPerImage
    let rest = (isLast ? room.prefixStream : room.stream).rows(from: 0, count: queryRows)

    // MLP
    var outputGradient = scaled(rest, room, branchScales?.scales(block: index, .mlp))
    let hiddenGradient = room.hidden.columns(from: 0, count: block.mlpHidden).rows(from: 0, count: queryRows)
    weightGradient(
      block.contract, outputGradient: outputGradient, input: saved.hidden.rows(from: 0, count: queryRows))
    inputGradient(
      block.contract, outputGradient: outputGradient, into: hiddenGradient,
      epilogue: .multiply(saved.hiddenDerivative.rows(from: 0, count: queryRows)))
    let normalized2 = saved.normalized2.rows(from: 0, count: queryRows)
    weightGradient(block.expand, outputGradient: hiddenGradient, input: normalized2)
    let normalizedGradient = room.normalized.rows(from: 0, count: queryRows)
    inputGradient(block.expand, outputGradient: hiddenGradient, into: normalizedGradient)
    LayerNorm.backward(
      kernels, gradient: normalizedGradient, normalized: normalized2, inverse: saved.inverse2[0..<queryRows],
      addingTo: rest)

    // Attention
    outputGradient = scaled(rest, room, branchScales?.scales(block: index, .attention))
    weightGradient(
      block.projection, outputGradient: outputGradient, input: saved.attended.rows(from: 0, count: queryRows))
    let attendedGradient = room.attended.columns(from: 0, count: block.valueColumns).rows(from: 0, count: queryRows)
    inputGradient(block.projection, outputGradient: outputGradient, into: attendedGradient)
    let streamGradient = room.stream.rows(from: 0, count: rows)
    let keyGradient = room.normalized.rows(from: 0, count: rows)
    let attention = plan.attention(block, images: count, queries: queriesPerImage)
    func attentionGradient(queries: Matrix, keyValues: Matrix) {
      attention.backward(
        kernels, saved.operands(plan, block, images: count, queries: queriesPerImage),
        probabilities: saved.probabilities[0..<attention.probabilityCount], outputGradient: attendedGradient,
        into: Attention.Operands(queries: queries, keyValues: keyValues, keys: block.keyColumns),
        scratch: workspace.attentionScratch[0])
    }
    if isLast {
      // Queries of the prefix tokens only, keys and values of all.
      let linear = block.queryKeyValue
      let queries = room.prefixQueries.rows(from: 0, count: queryRows)
      let keyValues = room.queryKeyValues.columns(from: 0, count: linear.outputs - linear.split)
        .rows(from: 0, count: rows)
      attentionGradient(queries: queries, keyValues: keyValues)
      backwardSplit(linear, queries: queries, keyValues: keyValues, count: count, workspace, into: keyGradient)
      streamGradient.fill(0)
      addPrefixRows(from: rest, to: streamGradient, count: count)
    } else {
      let all = room.queryKeyValues.columns(from: 0, count: block.queryKeyValue.outputs).rows(from: 0, count: rows)
      attentionGradient(
        queries: all.columns(from: 0, count: block.keyColumns),
        keyValues: all.columns(from: block.keyColumns, count: block.keyColumns + block.valueColumns))
      weightGradient(block.queryKeyValue, outputGradient: all, input: saved.normalized1.rows(from: 0, count: rows))
      inputGradient(block.queryKeyValue, outputGradient: all, into: keyGradient)
    }
    LayerNorm.backward(
      kernels, gradient: keyGradient, normalized: saved.normalized1.rows(from: 0, count: rows),
      inverse: saved.inverse1[0..<rows], addingTo: streamGradient)
  }

  /// The last block's queries, keys and values.
  ///
  /// - Parameter target: Receives the gradient of the normalised stream. (rows, E)
  private func backwardSplit(
    _ linear: NetworkPlan.Linear, queries: Matrix, keyValues: Matrix, count: Int, _ workspace: Workspace,
    into target: Matrix
  ) {
    guard let rest = linear.rest, let room = workspace.gradients else { return }
    let saved = workspace.blocks[plan.blocks.count - 1]
    weightGradient(linear, outputGradient: queries, input: saved.queryInput.rows(from: 0, count: queries.rows))
    weightGradient(
      linear, outputGradient: keyValues, input: saved.normalized1.rows(from: 0, count: keyValues.rows),
      firstOutput: linear.split)
    MatrixProduct.withPacked(
      kernels, a: keyValues, packed: rest.backward.matrix(in: forward.packed), bias: nil, into: target)
    let queryGradient = room.branch.rows(from: 0, count: queries.rows)
    inputGradient(linear, outputGradient: queries, into: queryGradient)
    addPrefixRows(from: queryGradient, to: target, count: count)
  }

  /// Patch embedding, tokens and positions.
  private func backwardEmbedding(count: Int, _ workspace: Workspace, _ room: Workspace.Gradients) {
    let stream = room.stream.rows(from: 0, count: count * plan.tokens)
    // Prefix rows of `patches` are zero, so they add nothing to the weights.
    MatrixProduct.transposed(
      kernels, a: stream, b: workspace.patches.rows(from: 0, count: stream.rows),
      into: plan.patch.weight(in: gradient))
    let positions = plan.positions(in: gradient)
    for token in 0..<plan.tokens {
      ArrayOperations.columnSums(
        kernels, stream.rows(from: token, count: count, step: plan.tokens), into: positions.row(token))
    }
    plan.classToken(in: gradient).copy(from: positions.row(0))
    plan.distillationToken(in: gradient)?.copy(from: positions.row(1))
    let patchTokens = positions.rows(from: plan.prefixTokens, count: plan.tokens - plan.prefixTokens)
    ArrayOperations.columnSums(kernels, patchTokens, into: plan.patch.bias(in: gradient))
  }
}

extension BackwardPass {
  /// Gradients of a layer's weight and bias, or of their rows from `firstOutput` on.
  private func weightGradient(
    _ linear: NetworkPlan.Linear, outputGradient: Matrix, input: Matrix, firstOutput: Int = 0
  ) {
    let count = outputGradient.columns
    MatrixProduct.transposed(
      kernels, a: outputGradient, b: input, into: linear.weight(in: gradient).rows(from: firstOutput, count: count))
    ArrayOperations.columnSums(
      kernels, outputGradient, into: linear.bias(in: gradient)[firstOutput..<firstOutput + count])
  }

  /// dX = dY W
  private func inputGradient(
    _ linear: NetworkPlan.Linear, outputGradient: Matrix, into target: Matrix,
    epilogue: MatrixProduct.Epilogue = .store
  ) {
    MatrixProduct.withPacked(
      kernels, a: outputGradient, packed: linear.packed.backward.matrix(in: forward.packed), bias: nil, into: target,
      epilogue: epilogue)
  }

  /// The gradient of a branch's output: the stream's, times each image's branch factor.
  private func scaled(_ stream: Matrix, _ room: Workspace.Gradients, _ scales: Vector?) -> Matrix {
    guard let scales else { return stream }
    let branch = room.branch.rows(from: 0, count: stream.rows)
    branch.fill(0)
    ArrayOperations.add(kernels, stream, scales: scales, to: branch)
    return branch
  }

  private func addPrefixRows(from source: Matrix, to target: Matrix, count: Int) {
    for token in 0..<plan.prefixTokens {
      ArrayOperations.add(
        kernels, source.rows(from: token, count: count, step: plan.prefixTokens),
        to: target.rows(from: token, count: count, step: plan.tokens))
    }
  }
}
