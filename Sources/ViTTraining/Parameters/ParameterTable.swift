package import ViTArchitecture

/// Every trainable tensor of a model: name, shape, place in the arena, and what its rows and columns stand for.
///
/// The one list of parameters: arena, optimizer, checkpoint, export and pruning all read it. Names and layouts are
/// timm's, so a uniform model loads into timm unchanged.
package struct ParameterTable: Sendable {
  /// The tensors in timm's order.
  package let entries: [Entry]
  /// Floats of an arena that holds all of them, padding included.
  package let floatCount: Int

  /// One tensor.
  package struct Entry: Hashable, Sendable {
    package let name: String
    /// Row-major.
    package let shape: [Int]
    /// Index of the first float in the arena, a multiple of 16.
    package let offset: Int
    /// Whether weight decay applies: to weights of linear layers, not to biases, norms, tokens and positions.
    package let isDecayed: Bool
    /// What the first dimension runs over.
    package let rowUnit: StructuralUnit
    /// What the other dimensions run over.
    package let columnUnit: StructuralUnit

    /// Number of elements.
    package var count: Int { shape.reduce(1, *) }
    /// Indices in the arena.
    package var range: Range<Int> { offset..<offset + count }
  }

  /// What a row or column of a tensor belongs to.
  package enum StructuralUnit: Hashable, Sendable {
    /// The residual stream's channels.
    case embedding
    /// All queries head by head, then all keys, then all values of a block.
    case queryKeyValue(block: Int)
    /// The values of a block, head by head.
    case value(block: Int)
    /// The MLP's hidden units of a block.
    case mlpHidden(block: Int)
    /// Nothing that can be pruned: pixels, tokens, classes, a single row.
    case fixed
  }

  package init(_ architecture: Architecture) {
    var entries: [Entry] = []
    var offset = 0
    func add(
      _ name: String, _ shape: [Int], decayed: Bool, rows: StructuralUnit, columns: StructuralUnit = .fixed
    ) {
      let entry = Entry(
        name: name, shape: shape, offset: offset, isDecayed: decayed, rowUnit: rows, columnUnit: columns)
      entries.append(entry)
      offset += (entry.count + 15) / 16 * 16
    }
    func addLinear(
      _ name: String, outputs: Int, inputs: Int, rows: StructuralUnit, columns: StructuralUnit
    ) {
      add(name + ".weight", [outputs, inputs], decayed: true, rows: rows, columns: columns)
      add(name + ".bias", [outputs], decayed: false, rows: rows)
    }
    func addNorm(_ name: String, _ width: Int) {
      add(name + ".weight", [width], decayed: false, rows: .embedding)
      add(name + ".bias", [width], decayed: false, rows: .embedding)
    }

    let e = architecture.embedding
    add("cls_token", [1, 1, e], decayed: false, rows: .fixed, columns: .embedding)
    add("pos_embed", [1, architecture.tokenCount, e], decayed: false, rows: .fixed, columns: .embedding)
    if architecture.hasDistillationToken {
      add("dist_token", [1, 1, e], decayed: false, rows: .fixed, columns: .embedding)
    }
    add(
      "patch_embed.proj.weight", [e, architecture.channels, architecture.patchSize, architecture.patchSize],
      decayed: true, rows: .embedding)
    add("patch_embed.proj.bias", [e], decayed: false, rows: .embedding)
    for (index, block) in architecture.blocks.enumerated() {
      let prefix = "blocks.\(index)."
      let values = block.heads * block.value
      addNorm(prefix + "norm1", e)
      addLinear(
        prefix + "attn.qkv", outputs: 2 * block.heads * block.queryKey + values, inputs: e,
        rows: .queryKeyValue(block: index), columns: .embedding)
      addLinear(
        prefix + "attn.proj", outputs: e, inputs: values, rows: .embedding, columns: .value(block: index))
      addNorm(prefix + "norm2", e)
      addLinear(
        prefix + "mlp.fc1", outputs: block.mlpHidden, inputs: e, rows: .mlpHidden(block: index), columns: .embedding)
      addLinear(
        prefix + "mlp.fc2", outputs: e, inputs: block.mlpHidden, rows: .embedding, columns: .mlpHidden(block: index))
    }
    addNorm("norm", e)
    addLinear("head", outputs: architecture.classCount, inputs: e, rows: .fixed, columns: .embedding)
    if architecture.hasDistillationToken {
      addLinear("head_dist", outputs: architecture.classCount, inputs: e, rows: .fixed, columns: .embedding)
    }
    self.entries = entries
    floatCount = offset
  }
}
