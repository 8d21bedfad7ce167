internal import ViTKernels

/// The backward pass of one shard: gradients of the logits in, gradients of the weights out.
///
/// Weight gradients of layers with a folded LayerNorm are those of the folded weights; `GradientReduction` unfolds
/// them after the shards have been added up. No gradient is computed for pixels.
struct BackwardPass {
  let forward: ForwardPass
  /// The shard's gradient arena, laid out like the weights.
  let gradient: UnsafeMutablePointer<Float>

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
      let target = Matrix(
        normalized.pointer + index * normalized.stride, rows: count, columns: normalized.columns,
        stride: normalized.stride * plan.prefixTokens)
      guard isHeadUsed(index) else {
        clear(head)
        for row in 0..<count {
          (target.pointer + row * target.stride).update(repeating: 0, count: target.columns)
        }
        continue
      }
      let outputGradient = workspace.logitGradients[index].rows(from: 0, count: count)
      weightGradient(
        head, outputGradient: outputGradient, input: forward.headInput(index, count: count, workspace))
      inputGradient(head, outputGradient: outputGradient, into: target)
    }
    let stream = room.prefixStream.rows(from: 0, count: rows)
    clear(stream)
    LayerNorm.backward(
      kernels, gradient: normalized, normalized: workspace.normalizedFinal.rows(from: 0, count: rows),
      inverse: workspace.inverseFinal, addingTo: stream)
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
    var outputGradient = scaled(
      rest, room, scales: branchScales, block: index, branch: 1, rowsPerImage: queriesPerImage)
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
      kernels, gradient: normalizedGradient, normalized: normalized2, inverse: saved.inverse2, addingTo: rest)

    // Attention
    outputGradient = scaled(
      rest, room, scales: branchScales, block: index, branch: 0, rowsPerImage: queriesPerImage)
    weightGradient(
      block.projection, outputGradient: outputGradient, input: saved.attended.rows(from: 0, count: queryRows))
    let attendedGradient = room.attended.columns(from: 0, count: block.valueColumns).rows(from: 0, count: queryRows)
    inputGradient(block.projection, outputGradient: outputGradient, into: attendedGradient)
    let streamGradient = room.stream.rows(from: 0, count: rows)
    let keyGradient = room.normalized.rows(from: 0, count: rows)
    if isLast {
      backwardLastAttention(block, saved, attendedGradient, count: count, workspace, room, into: keyGradient)
      clear(streamGradient)
      addPrefixRows(from: rest, to: streamGradient, count: count)
    } else {
      let all = room.queryKeyValues.columns(from: 0, count: block.queryKeyValue.outputs).rows(from: 0, count: rows)
      attentionGradient(
        block, saved, attendedGradient, count: count, queriesPerImage: queriesPerImage, workspace,
        queries: all.columns(from: 0, count: block.keyColumns),
        keyValues: all.columns(from: block.keyColumns, count: block.keyColumns + block.valueColumns))
      weightGradient(block.queryKeyValue, outputGradient: all, input: saved.normalized1.rows(from: 0, count: rows))
      inputGradient(block.queryKeyValue, outputGradient: all, into: keyGradient)
    }
    LayerNorm.backward(
      kernels, gradient: keyGradient, normalized: saved.normalized1.rows(from: 0, count: rows),
      inverse: saved.inverse1, addingTo: streamGradient)
  }

  /// The last block: queries of the prefix tokens only, keys and values of all.
  ///
  /// - Parameter target: Receives the gradient of the normalised stream. (rows, E)
  private func backwardLastAttention(
    _ block: NetworkPlan.Block, _ saved: Workspace.BlockActivations, _ attendedGradient: Matrix, count: Int,
    _ workspace: Workspace, _ room: Workspace.Gradients, into target: Matrix
  ) {
    let linear = block.queryKeyValue
    let prefixRows = count * plan.prefixTokens
    let rows = count * plan.tokens
    let queries = room.prefixQueries.rows(from: 0, count: prefixRows)
    let keyValues = room.queryKeyValues.columns(from: 0, count: linear.outputs - linear.split)
      .rows(from: 0, count: rows)
    attentionGradient(
      block, saved, attendedGradient, count: count, queriesPerImage: plan.prefixTokens, workspace, queries: queries,
      keyValues: keyValues)
    weightGradient(
      linear, outputGradient: queries, input: saved.queryInput.rows(from: 0, count: prefixRows), firstOutput: 0)
    weightGradient(
      linear, outputGradient: keyValues, input: saved.normalized1.rows(from: 0, count: rows),
      firstOutput: linear.split)
    MatrixProduct.withPacked(
      kernels, a: keyValues, packed: forward.packed + linear.backwardRest, bias: nil, into: target)
    let queryGradient = room.branch.rows(from: 0, count: prefixRows)
    inputGradient(linear, outputGradient: queries, into: queryGradient)
    addPrefixRows(from: queryGradient, to: target, count: count)
  }

  private func attentionGradient(
    _ block: NetworkPlan.Block, _ saved: Workspace.BlockActivations, _ attendedGradient: Matrix, count: Int,
    queriesPerImage: Int, _ workspace: Workspace, queries: Matrix, keyValues: Matrix
  ) {
    for image in 0..<count {
      for head in 0..<block.heads {
        func part(_ matrix: Matrix, _ perImage: Int, _ width: Int, from column: Int = 0) -> Matrix {
          AttentionOfHead.part(matrix, image: image, perImage: perImage, head: head, width: width, from: column)
        }
        var attention = AttentionOfHead(plan, block, saved, image: image, head: head, queriesPerImage: queriesPerImage)
          .operation(scratch: workspace.attentionScratch)
        attention.backward(
          kernels, outputGradient: part(attendedGradient, queriesPerImage, block.value),
          qGradient: part(queries, queriesPerImage, block.queryKey),
          kGradient: part(keyValues, plan.tokens, block.queryKey),
          vGradient: part(keyValues, plan.tokens, block.value, from: block.keyColumns))
      }
    }
  }

  /// Patch embedding, tokens and positions.
  private func backwardEmbedding(count: Int, _ workspace: Workspace, _ room: Workspace.Gradients) {
    let stream = room.stream.rows(from: 0, count: count * plan.tokens)
    let width = plan.embedding
    // Prefix rows of `patches` are zero, so they add nothing to the weights.
    MatrixProduct.transposed(
      kernels, a: stream, b: workspace.patches.rows(from: 0, count: stream.rows), into: weightMatrix(plan.patch))
    let positions = gradient + plan.positions
    for token in 0..<plan.tokens {
      let rows = Matrix(
        stream.pointer + token * stream.stride, rows: count, columns: width, stride: stream.stride * plan.tokens)
      ArrayOperations.columnSums(kernels, rows, into: positions + token * width)
    }
    (gradient + plan.classToken).update(from: positions, count: width)
    if let token = plan.distillationToken { (gradient + token).update(from: positions + width, count: width) }
    let patchTokens = Matrix(
      positions + plan.prefixTokens * width, rows: plan.tokens - plan.prefixTokens, columns: width, stride: width)
    ArrayOperations.columnSums(kernels, patchTokens, into: gradient + plan.patch.bias)
  }
}

extension BackwardPass {
  /// Gradients of a layer's weight and bias, or of their rows from `firstOutput` on.
  private func weightGradient(
    _ linear: NetworkPlan.Linear, outputGradient: Matrix, input: Matrix, firstOutput: Int = 0
  ) {
    let target = weightMatrix(linear).rows(from: firstOutput, count: outputGradient.columns)
    MatrixProduct.transposed(kernels, a: outputGradient, b: input, into: target)
    ArrayOperations.columnSums(kernels, outputGradient, into: gradient + linear.bias + firstOutput)
  }

  private func weightMatrix(_ linear: NetworkPlan.Linear) -> Matrix {
    Matrix(gradient + linear.weight, rows: linear.outputs, columns: linear.inputs, stride: linear.inputs)
  }

  /// dX = dY W
  private func inputGradient(
    _ linear: NetworkPlan.Linear, outputGradient: Matrix, into target: Matrix,
    epilogue: MatrixProduct.Epilogue = .store
  ) {
    MatrixProduct.withPacked(
      kernels, a: outputGradient, packed: forward.packed + linear.backward, bias: nil, into: target,
      epilogue: epilogue)
  }

  /// The gradient of a branch's output: the stream's, times the image's branch factor.
  private func scaled(
    _ stream: Matrix, _ room: Workspace.Gradients, scales: ForwardPass.BranchScales?, block: Int,
    branch branchIndex: Int, rowsPerImage: Int
  ) -> Matrix {
    guard let scales else { return stream }
    let branch = room.branch.rows(from: 0, count: stream.rows)
    clear(branch)
    for row in 0..<stream.rows {
      ArrayOperations.add(
        kernels, stream.pointer + row * stream.stride,
        scale: scales.scale(block: block, branch: branchIndex, image: row / rowsPerImage), count: stream.columns,
        to: branch.pointer + row * branch.stride)
    }
    return branch
  }

  private func addPrefixRows(from source: Matrix, to target: Matrix, count: Int) {
    for image in 0..<count {
      for token in 0..<plan.prefixTokens {
        ArrayOperations.add(
          kernels, source.pointer + (image * plan.prefixTokens + token) * source.stride, count: source.columns,
          to: target.pointer + (image * plan.tokens + token) * target.stride)
      }
    }
  }

  private func clear(_ matrix: Matrix) { matrix.pointer.update(repeating: 0, count: matrix.rows * matrix.stride) }

  private func clear(_ linear: NetworkPlan.Linear) {
    (gradient + linear.weight).update(repeating: 0, count: linear.outputs * linear.inputs)
    (gradient + linear.bias).update(repeating: 0, count: linear.outputs)
  }
}
