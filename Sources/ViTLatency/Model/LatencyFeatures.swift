package import ViTArchitecture

/// The values of all features of one architecture.
///
/// They are whole numbers, which a `Double` adds up exactly below 2^53, so the order of the blocks does not matter.
package struct LatencyFeatures: Sendable {
  private let embedding: Int
  private let tokens: Int
  private let prefixTokens: Int

  private var constant = 0.0
  private var patchProduct = 0.0
  private var tokenValues = 0.0
  private var headProduct = 0.0
  private var fullBlocks = 0.0
  private var normValues = 0.0
  private var queryKeyValueProduct = 0.0
  private var queryKeyRows = 0.0
  private var valueRows = 0.0
  private var heads = 0.0
  private var scoreProduct = 0.0
  private var softmax = 0.0
  private var valueProduct = 0.0
  private var projectionProduct = 0.0
  private var mlpProduct = 0.0
  private var gelu = 0.0
  private var lastBlockWeights = 0.0
  private var queryKeyValueTiles16 = 0.0
  private var queryKeyValueTiles32 = 0.0
  private var scoreTiles16 = 0.0
  private var valueTiles16 = 0.0
  private var valueTiles32 = 0.0
  private var projectionTiles16 = 0.0
  private var projectionTiles32 = 0.0
  private var mlpInnerTiles16 = 0.0
  private var mlpInnerTiles32 = 0.0
  private var mlpOuterTiles16 = 0.0
  private var mlpOuterTiles32 = 0.0
  private var patchTiles32 = 0.0
  private var largeMLP = 0.0
  private var largeQueryKeyValue = 0.0
  private var weightsBeyond1MB = 0.0
  private var wideMLP = 0.0

  package subscript(feature: LatencyFeature) -> Double {
    switch feature {
    case .constant: constant
    case .patchProduct: patchProduct
    case .tokenValues: tokenValues
    case .headProduct: headProduct
    case .fullBlocks: fullBlocks
    case .normValues: normValues
    case .queryKeyValueProduct: queryKeyValueProduct
    case .queryKeyRows: queryKeyRows
    case .valueRows: valueRows
    case .heads: heads
    case .scoreProduct: scoreProduct
    case .softmax: softmax
    case .valueProduct: valueProduct
    case .projectionProduct: projectionProduct
    case .mlpProduct: mlpProduct
    case .gelu: gelu
    case .lastBlockWeights: lastBlockWeights
    case .queryKeyValueTiles16: queryKeyValueTiles16
    case .queryKeyValueTiles32: queryKeyValueTiles32
    case .scoreTiles16: scoreTiles16
    case .valueTiles16: valueTiles16
    case .valueTiles32: valueTiles32
    case .projectionTiles16: projectionTiles16
    case .projectionTiles32: projectionTiles32
    case .mlpInnerTiles16: mlpInnerTiles16
    case .mlpInnerTiles32: mlpInnerTiles32
    case .mlpOuterTiles16: mlpOuterTiles16
    case .mlpOuterTiles32: mlpOuterTiles32
    case .patchTiles32: patchTiles32
    case .largeMLP: largeMLP
    case .largeQueryKeyValue: largeQueryKeyValue
    case .weightsBeyond1MB: weightsBeyond1MB
    case .wideMLP: wideMLP
    }
  }

  package init(_ architecture: Architecture) {
    self.init(
      frame: LatencyFrame(architecture), embedding: architecture.embedding,
      parameterCount: architecture.parameterCount)
    for (index, block) in architecture.blocks.enumerated() {
      add(block, count: 1, isLast: index == architecture.depth - 1)
    }
  }

  /// The features of an architecture's runs of equal blocks; allocates nothing.
  init(_ member: CompiledMember, frame: LatencyFrame) {
    self.init(frame: frame, embedding: member.embedding, parameterCount: member.parameterCount)
    for index in 0..<member.runCount {
      let run = member.runs[index]
      let holdsLast = index == member.runCount - 1
      if run.count > 1 || !holdsLast { add(run.block, count: holdsLast ? run.count - 1 : run.count, isLast: false) }
      if holdsLast { add(run.block, count: 1, isLast: true) }
    }
  }

  /// What is counted once for each architecture.
  private init(frame: LatencyFrame, embedding: Int, parameterCount: Int) {
    self.embedding = embedding
    tokens = frame.tokens
    prefixTokens = frame.prefixTokens
    constant = 1
    patchProduct = Double(frame.patchWork * embedding)
    patchTiles32 = Double(frame.patchWork * Self.tiles(embedding, 32))
    tokenValues = Double(tokens * embedding)
    headProduct = Double(prefixTokens * frame.classCount * embedding)
    weightsBeyond1MB = Double(max(0, parameterCount - 1 << 18))
  }

  /// Adds blocks with the same widths.
  ///
  /// In the last block only the keys and values are needed of every token; query, projection and MLP are computed for
  /// the prefix tokens alone.
  private mutating func add(_ block: Architecture.Block, count: Int, isLast: Bool) {
    let count = Double(count)
    let rows = isLast ? prefixTokens : tokens
    let keys = block.heads * block.queryKey
    let values = block.heads * block.value
    // Columns of the fused product over all tokens, and of the query alone over the rows that need one.
    let fused = isLast ? keys + values : 2 * keys + values
    let query = isLast ? keys : 0
    fullBlocks += isLast ? 0 : count
    normValues += count * Double((tokens + rows) * embedding)
    queryKeyValueProduct += count * Double(embedding * (tokens * fused + rows * query))
    queryKeyValueTiles16 += count * Double(embedding * (tokens * Self.tiles(fused, 16) + rows * Self.tiles(query, 16)))
    queryKeyValueTiles32 += count * Double(embedding * (tokens * Self.tiles(fused, 32) + rows * Self.tiles(query, 32)))
    largeQueryKeyValue += count * Double(tokens * max(0, embedding * fused - 1 << 16))
    queryKeyRows += count * Double(tokens * keys)
    valueRows += count * Double(tokens * values)
    heads += count * Double(block.heads)
    scoreProduct += count * Double(rows * tokens * keys)
    scoreTiles16 += count * Double(rows * tokens * block.heads * Self.tiles(block.queryKey, 16))
    softmax += count * Double(rows * tokens * block.heads)
    valueProduct += count * Double(rows * tokens * values)
    valueTiles16 += count * Double(rows * tokens * block.heads * Self.tiles(block.value, 16))
    valueTiles32 += count * Double(rows * tokens * block.heads * Self.tiles(block.value, 32))
    projectionProduct += count * Double(rows * values * embedding)
    projectionTiles16 += count * Double(rows * values * Self.tiles(embedding, 16))
    projectionTiles32 += count * Double(rows * values * Self.tiles(embedding, 32))

    let hidden = block.mlpHidden
    mlpProduct += count * Double(2 * rows * embedding * hidden)
    gelu += count * Double(rows * hidden)
    mlpInnerTiles16 += count * Double(rows * embedding * Self.tiles(hidden, 16))
    mlpInnerTiles32 += count * Double(rows * embedding * Self.tiles(hidden, 32))
    mlpOuterTiles16 += count * Double(rows * hidden * Self.tiles(embedding, 16))
    mlpOuterTiles32 += count * Double(rows * hidden * Self.tiles(embedding, 32))
    largeMLP += count * Double(2 * rows * max(0, embedding * hidden - 1 << 16))
    wideMLP += count * Double(rows * max(0, hidden - 256))
    if isLast { lastBlockWeights += Double(embedding * (keys + values) + 2 * embedding * hidden) }
  }

  /// `width` rounded up to a multiple of `tile`.
  private static func tiles(_ width: Int, _ tile: Int) -> Int { (width + tile - 1) / tile * tile }
}

/// What the features need of the fields that a family shares.
struct LatencyFrame: Sendable {
  let tokens: Int
  let prefixTokens: Int
  let classCount: Int
  /// Multiply-accumulates of the patch embedding for each embedding channel.
  let patchWork: Int

  init(_ architecture: Architecture) {
    tokens = architecture.tokenCount
    prefixTokens = architecture.prefixTokenCount
    classCount = architecture.classCount
    patchWork = architecture.patchCount * architecture.patchValues
  }
}
