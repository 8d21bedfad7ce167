package import ViTArchitecture

/// The values of all features of one architecture.
package struct LatencyFeatures: Sendable {
  private var values = [LatencyFeature: Double]()

  package subscript(feature: LatencyFeature) -> Double { values[feature] ?? 0 }

  /// In the last block only the keys and values are needed of every token; query, projection and MLP are computed for
  /// the prefix tokens alone.
  package init(_ architecture: Architecture) {
    let embedding = architecture.embedding
    let patchWork = architecture.patchCount * architecture.patchValues
    add(.constant, 1)
    add(.patchProduct, patchWork * embedding)
    add(.patchTiles32, patchWork * Self.tiles(embedding, 32))
    add(.tokenValues, architecture.tokenCount * embedding)
    add(.headProduct, architecture.prefixTokenCount * architecture.classCount * embedding)
    add(.weightsBeyond1MB, max(0, architecture.parameterCount - 1 << 18))
    for (index, block) in architecture.blocks.enumerated() {
      let isLast = index == architecture.depth - 1
      addAttention(block, architecture, isLast: isLast)
      addMLP(block, architecture, isLast: isLast)
    }
  }

  private mutating func addAttention(_ block: Architecture.Block, _ architecture: Architecture, isLast: Bool) {
    let embedding = architecture.embedding
    let tokens = architecture.tokenCount
    let rows = isLast ? architecture.prefixTokenCount : tokens
    let keys = block.heads * block.queryKey
    let values = block.heads * block.value
    // Columns of the fused product over all tokens, and of the query alone over the rows that need one.
    let fused = isLast ? keys + values : 2 * keys + values
    let query = isLast ? keys : 0
    add(.fullBlocks, isLast ? 0 : 1)
    add(.normValues, (tokens + rows) * embedding)
    add(.queryKeyValueProduct, embedding * (tokens * fused + rows * query))
    add(.queryKeyValueTiles16, embedding * (tokens * Self.tiles(fused, 16) + rows * Self.tiles(query, 16)))
    add(.queryKeyValueTiles32, embedding * (tokens * Self.tiles(fused, 32) + rows * Self.tiles(query, 32)))
    add(.largeQueryKeyValue, tokens * max(0, embedding * fused - 1 << 16))
    add(.queryKeyRows, tokens * keys)
    add(.valueRows, tokens * values)
    add(.heads, block.heads)
    add(.scoreProduct, rows * tokens * keys)
    add(.scoreTiles16, rows * tokens * block.heads * Self.tiles(block.queryKey, 16))
    add(.softmax, rows * tokens * block.heads)
    add(.valueProduct, rows * tokens * values)
    add(.valueTiles16, rows * tokens * block.heads * Self.tiles(block.value, 16))
    add(.valueTiles32, rows * tokens * block.heads * Self.tiles(block.value, 32))
    add(.projectionProduct, rows * values * embedding)
    add(.projectionTiles16, rows * values * Self.tiles(embedding, 16))
    add(.projectionTiles32, rows * values * Self.tiles(embedding, 32))
    if isLast { add(.lastBlockWeights, embedding * (keys + values)) }
  }

  private mutating func addMLP(_ block: Architecture.Block, _ architecture: Architecture, isLast: Bool) {
    let embedding = architecture.embedding
    let hidden = block.mlpHidden
    let rows = isLast ? architecture.prefixTokenCount : architecture.tokenCount
    add(.mlpProduct, 2 * rows * embedding * hidden)
    add(.gelu, rows * hidden)
    add(.mlpInnerTiles16, rows * embedding * Self.tiles(hidden, 16))
    add(.mlpInnerTiles32, rows * embedding * Self.tiles(hidden, 32))
    add(.mlpOuterTiles16, rows * hidden * Self.tiles(embedding, 16))
    add(.mlpOuterTiles32, rows * hidden * Self.tiles(embedding, 32))
    add(.largeMLP, 2 * rows * max(0, embedding * hidden - 1 << 16))
    add(.wideMLP, rows * max(0, hidden - 256))
    if isLast { add(.lastBlockWeights, 2 * embedding * hidden) }
  }

  private mutating func add(_ feature: LatencyFeature, _ amount: Int) {
    values[feature, default: 0] += Double(amount)
  }

  /// `width` rounded up to a multiple of `tile`.
  private static func tiles(_ width: Int, _ tile: Int) -> Int { (width + tile - 1) / tile * tile }
}
