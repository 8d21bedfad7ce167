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
    /// Offset of the packed forward weights (inputs x outputs).
    var forward = 0
    /// Offset of the bias, with the norm's shift folded in.
    var foldedBias = 0
    /// Offset of the packed weights for the input's gradient (outputs x inputs).
    var backward = 0
    /// Outputs where a further packing starts: the last block needs queries and key-values apart. 0 means none.
    var split = 0
    /// As `forward` and `backward`, for the outputs from `split` on.
    var forwardRest = 0
    var backwardRest = 0
  }

  /// Offsets of a LayerNorm's affine part in the weight arena.
  struct Norm: Equatable {
    let weight: Int
    let bias: Int
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
    func norm(_ name: String) -> Norm { Norm(weight: offset(name + ".weight"), bias: offset(name + ".bias")) }
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
    func take(_ count: Int) -> Int {
      defer { next += (count + 15) / 16 * 16 }
      return next
    }
    func place(_ linear: inout Linear, split: Int = 0) {
      let first = split > 0 ? split : linear.outputs
      linear.split = split
      linear.forward = take(MatrixProduct.packedCount(inner: linear.inputs, columns: first))
      linear.backward = take(MatrixProduct.packedCount(inner: first, columns: linear.inputs))
      if split > 0 {
        let rest = linear.outputs - split
        linear.forwardRest = take(MatrixProduct.packedCount(inner: linear.inputs, columns: rest))
        linear.backwardRest = take(MatrixProduct.packedCount(inner: rest, columns: linear.inputs))
      }
      linear.foldedBias = take(linear.outputs + FloatBuffer.slack)
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
