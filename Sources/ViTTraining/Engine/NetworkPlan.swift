internal import ViTArchitecture
internal import ViTKernels

/// Where everything is: the layers of an architecture with their places in the weight arena and in the packed weights.
struct NetworkPlan {
  /// A linear layer, and the LayerNorm whose affine part is folded into it.
  struct Linear {
    /// Offsets into the weight arena.
    let weight: Int
    let bias: Int
    let inputs: Int
    let outputs: Int
    let norm: Norm?
    /// The packed weights of the outputs up to `split`, or of all where that is 0.
    var packed = PackedLinear()
    /// Outputs where a further packing starts: the last block needs queries and key-values apart. 0 means none.
    var split = 0
    /// The packed weights of the outputs from `split` on.
    var rest: PackedLinear?
    /// Where the bias is in the packed weights, with the norm's shift folded in.
    var foldedBias = 0..<0
  }

  /// The packed weights of a linear layer, or of a part of its outputs.
  struct PackedLinear {
    /// (inputs, outputs)
    var forward = PackedPlace()
    /// For the input's gradient. (outputs, inputs)
    var backward = PackedPlace()
  }

  /// Where a packed matrix is in the packed weights.
  struct PackedPlace {
    var range = 0..<0
    var inner = 0
    var columns = 0

    func matrix(in packed: Vector) -> PackedMatrix { PackedMatrix(packed[range], inner: inner, columns: columns) }
  }

  /// Offsets of a LayerNorm's affine part in the weight arena.
  struct Norm: Equatable {
    let weight: Int
    let bias: Int
    let width: Int
  }

  struct Block {
    let heads: Int
    let queryKey: Int
    let value: Int
    let mlpHidden: Int
    let scale: Float
    var queryKeyValue: Linear
    var projection: Linear
    var expand: Linear
    var contract: Linear

    /// Columns of all heads' queries, or keys.
    var keyColumns: Int { heads * queryKey }
    var valueColumns: Int { heads * value }
  }

  let architecture: Architecture
  let tokens: Int
  let prefixTokens: Int
  let embedding: Int
  var patch: Linear
  let classToken: Int
  let distillationToken: Int?
  let positions: Int
  var blocks: [Block]
  /// The class head, and the distillation head if there is one.
  var heads: [Linear]
  /// Floats of the packed weights.
  private(set) var packedCount = 0

  init(_ architecture: Architecture, table: ParameterTable) {
    let offsets = Dictionary(uniqueKeysWithValues: table.entries.map { ($0.name, $0.offset) })
    // Both lists come from the same architecture, so a name that is asked for is there; no input can change that.
    func offset(_ name: String) -> Int {
      guard let found = offsets[name] else { preconditionFailure("the parameter table has no \(name)") }
      return found
    }
    func norm(_ name: String) -> Norm {
      Norm(weight: offset(name + ".weight"), bias: offset(name + ".bias"), width: architecture.embedding)
    }
    func linear(_ name: String, _ inputs: Int, _ outputs: Int, norm: Norm? = nil) -> Linear {
      Linear(
        weight: offset(name + ".weight"), bias: offset(name + ".bias"), inputs: inputs, outputs: outputs, norm: norm)
    }

    self.architecture = architecture
    tokens = architecture.tokenCount
    prefixTokens = architecture.prefixTokenCount
    embedding = architecture.embedding
    let e = architecture.embedding
    patch = linear("patch_embed.proj", architecture.patchValues, e)
    classToken = offset("cls_token")
    distillationToken = offsets["dist_token"]
    positions = offset("pos_embed")
    blocks = architecture.blocks.enumerated().map { index, block in
      let name = "blocks.\(index)."
      return Block(
        heads: block.heads, queryKey: block.queryKey, value: block.value, mlpHidden: block.mlpHidden,
        scale: Float(architecture.attentionScale.factor(queryKey: block.queryKey)),
        queryKeyValue: linear(
          name + "attn.qkv", e, block.heads * (2 * block.queryKey + block.value), norm: norm(name + "norm1")),
        projection: linear(name + "attn.proj", block.heads * block.value, e),
        expand: linear(name + "mlp.fc1", e, block.mlpHidden, norm: norm(name + "norm2")),
        contract: linear(name + "mlp.fc2", block.mlpHidden, e))
    }
    let headNames = architecture.hasDistillationToken ? ["head", "head_dist"] : ["head"]
    heads = headNames.map { linear($0, e, architecture.classCount, norm: norm("norm")) }
    layOutPackedWeights()
  }

  private mutating func layOutPackedWeights() {
    var next = 0
    func take(_ count: Int) -> Range<Int> {
      defer { next += (count + 15) / 16 * 16 }
      return next..<next + count
    }
    func place(inner: Int, columns: Int) -> PackedPlace {
      PackedPlace(
        range: take(PackedMatrix.count(inner: inner, columns: columns)), inner: inner, columns: columns)
    }
    func place(inputs: Int, outputs: Int) -> PackedLinear {
      let forward = place(inner: inputs, columns: outputs)
      return PackedLinear(forward: forward, backward: place(inner: outputs, columns: inputs))
    }
    func place(_ linear: inout Linear, split: Int = 0) {
      linear.split = split
      linear.packed = place(inputs: linear.inputs, outputs: split > 0 ? split : linear.outputs)
      if split > 0 { linear.rest = place(inputs: linear.inputs, outputs: linear.outputs - split) }
      linear.foldedBias = take(linear.outputs)
      next += FloatBuffer.slack
    }
    place(&patch)
    for index in blocks.indices {
      let isLast = index == blocks.count - 1
      place(&blocks[index].queryKeyValue, split: isLast ? blocks[index].keyColumns : 0)
      place(&blocks[index].projection)
      place(&blocks[index].expand)
      place(&blocks[index].contract)
    }
    for index in heads.indices { place(&heads[index]) }
    packedCount = next
  }

  /// Number of linear layers.
  var layerCount: Int { 1 + 4 * blocks.count + heads.count }

  /// Linear layer `index` of `linears`, without making the list.
  func layer(_ index: Int) -> Linear {
    if index == 0 { return patch }
    if index > 4 * blocks.count { return heads[index - 1 - 4 * blocks.count] }
    let block = blocks[(index - 1) / 4]
    switch (index - 1) % 4 {
    case 0: return block.queryKeyValue
    case 1: return block.projection
    case 2: return block.expand
    default: return block.contract
    }
  }

  /// Every linear layer, in a fixed order.
  var linears: [Linear] {
    (0..<layerCount).map(layer)
  }
}

extension NetworkPlan.Linear {
  /// (outputs, inputs)
  func weight(in arena: Vector) -> Matrix {
    arena[weight..<weight + outputs * inputs].matrix(rows: outputs, columns: inputs)
  }

  /// (outputs)
  func bias(in arena: Vector) -> Vector { arena[bias..<bias + outputs] }
}

extension NetworkPlan.Norm {
  /// (E)
  func gamma(in arena: Vector) -> Vector { arena[weight..<weight + width] }

  /// (E)
  func beta(in arena: Vector) -> Vector { arena[bias..<bias + width] }
}

extension NetworkPlan {
  /// (1, E): the token that starts every image.
  func classToken(in arena: Vector) -> Vector { arena[classToken..<classToken + embedding] }

  /// (1, E), where there is one.
  func distillationToken(in arena: Vector) -> Vector? {
    distillationToken.map { arena[$0..<$0 + embedding] }
  }

  /// (tokens, E)
  func positions(in arena: Vector) -> Matrix {
    arena[positions..<positions + tokens * embedding].matrix(rows: tokens, columns: embedding)
  }

  /// How images become rows: patches behind the prefix tokens.
  var patches: Patches {
    Patches(
      channels: architecture.channels, imageSize: architecture.imageSize, patchSize: architecture.patchSize,
      prefixRows: prefixTokens)
  }

  /// The attention of a block.
  ///
  /// - Parameter queries: Of each image.
  func attention(_ block: Block, images: Int, queries: Int) -> Attention {
    Attention(
      images: images, heads: block.heads, queries: queries, tokens: tokens, queryKey: block.queryKey,
      value: block.value, scale: block.scale)
  }
}
