import Testing
import ViTArchitecture
import ViTLatency

@Suite struct `Features of a latency` {
  /// Counted by another program, block by block, from what a vision transformer computes: queries of the rows that go on,
  /// keys and values of all tokens; tiles round a product's widths up. Widths are no multiples of a tile.
  @Test func `are the work of each operation`() {
    let architecture = Architecture(
      imageSize: 14, channels: 1, patchSize: 7, classCount: 10, embedding: 330,
      blocks: [
        .init(heads: 6, queryKey: 40, value: 24, mlpHidden: 400),
        .init(heads: 3, queryKey: 20, value: 24, mlpHidden: 200),
        .init(heads: 5, queryKey: 36, value: 17, mlpHidden: 333),
      ])
    let features = LatencyFeatures(architecture)
    let expected: [LatencyFeature: Double] = [
      .constant: 1, .patchProduct: 64_680, .tokenValues: 1_650, .headProduct: 3_300, .patchTiles32: 68_992,
      .weightsBeyond1MB: 899_680, .fullBlocks: 2, .normValues: 8_580, .queryKeyValueProduct: 1_843_050,
      .queryKeyValueTiles16: 1_858_560, .queryKeyValueTiles32: 1_911_360, .largeQueryKeyValue: 811_490,
      .queryKeyRows: 2_400, .valueRows: 1_505, .heads: 14, .scoreProduct: 8_400, .scoreTiles16: 10_800, .softmax: 250,
      .valueProduct: 5_825, .valueTiles16: 8_000, .valueTiles32: 8_000, .projectionProduct: 384_450,
      .projectionTiles16: 391_440, .projectionTiles32: 410_080, .mlpProduct: 2_199_780, .gelu: 3_333,
      .mlpInnerTiles16: 1_114_080, .mlpOuterTiles16: 1_119_888, .mlpInnerTiles32: 1_172_160,
      .mlpOuterTiles32: 1_173_216, .largeMLP: 757_988, .wideMLP: 797, .lastBlockWeights: 307_230,
    ]
    for feature in LatencyFeature.allCases { #expect(features[feature] == expected[feature], "\(feature.rawValue)") }
  }
}
