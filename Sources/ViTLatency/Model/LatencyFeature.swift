/// A quantity that the running time of an architecture grows with.
///
/// Each is non-negative and does not fall when a dimension grows, so a sum of features with coefficients that are not
/// negative is monotone in every dimension. Counts are for one image; products count multiply-accumulates.
package enum LatencyFeature: String, CaseIterable, Sendable, Codable {
  // Once for each architecture.
  case constant
  case patchProduct = "patch_product"
  case tokenValues = "token_values"
  case headProduct = "head_product"

  // Summed over the blocks.
  case fullBlocks = "full_blocks"
  case normValues = "norm_values"
  case queryKeyValueProduct = "query_key_value_product"
  case queryKeyRows = "query_key_rows"
  case valueRows = "value_rows"
  case heads
  case scoreProduct = "score_product"
  case softmax
  case valueProduct = "value_product"
  case projectionProduct = "projection_product"
  case mlpProduct = "mlp_product"
  case gelu
  /// Weights of the last block, which works on so few rows that reading them shows.
  case lastBlockWeights = "last_block_weights"

  // The products again, with widths rounded up to whole vector tiles.
  case queryKeyValueTiles16 = "query_key_value_tiles_16"
  case queryKeyValueTiles32 = "query_key_value_tiles_32"
  case scoreTiles16 = "score_tiles_16"
  case valueTiles16 = "value_tiles_16"
  case valueTiles32 = "value_tiles_32"
  case projectionTiles16 = "projection_tiles_16"
  case projectionTiles32 = "projection_tiles_32"
  case mlpInnerTiles16 = "mlp_inner_tiles_16"
  case mlpInnerTiles32 = "mlp_inner_tiles_32"
  case mlpOuterTiles16 = "mlp_outer_tiles_16"
  case mlpOuterTiles32 = "mlp_outer_tiles_32"
  case patchTiles32 = "patch_tiles_32"

  // What exceeds a cache.
  /// Work on MLP matrices beyond 64 thousand weights each.
  case largeMLP = "large_mlp"
  /// Work on query, key and value matrices beyond 64 thousand weights.
  case largeQueryKeyValue = "large_query_key_value"
  /// Weights beyond a quarter million, one megabyte.
  case weightsBeyond1MB = "weights_beyond_1mb"
  /// Hidden MLP values beyond 256 for each token.
  case wideMLP = "wide_mlp"

  /// Sets of features, from a plain one to all; cross-validation chooses.
  package static let sets: [[LatencyFeature]] = {
    let tiles = allCases.filter { $0.rawValue.contains("_tiles_") }
    let caches: [LatencyFeature] = [.largeMLP, .largeQueryKeyValue, .weightsBeyond1MB, .wideMLP]
    let plain = allCases.filter { !tiles.contains($0) && !caches.contains($0) }
    return [plain, plain + tiles, plain + caches, plain + tiles + caches]
  }()
}
