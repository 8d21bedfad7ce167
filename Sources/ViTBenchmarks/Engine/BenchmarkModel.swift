package import ViTArchitecture

/// A model and batch that engines are compared on.
package struct BenchmarkModel: Sendable {
  package let name: String
  package let architecture: Architecture
  package let batchSize: Int

  package init(name: String, architecture: Architecture, batchSize: Int) {
    self.name = name
    self.architecture = architecture
    self.batchSize = batchSize
  }

  /// From a search candidate to DeiT-Ti: 12 blocks each, all but the last on 28 x 28 pixels in 50 tokens.
  package static let all: [BenchmarkModel] = [
    BenchmarkModel(name: "deit-64", architecture: small(.deit(embedding: 64)), batchSize: 128),
    BenchmarkModel(name: "deit-128", architecture: small(.deit(embedding: 128)), batchSize: 128),
    BenchmarkModel(name: "deit-192", architecture: small(.deit(embedding: 192)), batchSize: 64),
    BenchmarkModel(name: "revit-96", architecture: small(heterogeneous), batchSize: 128),
    BenchmarkModel(name: "deit-tiny-224", architecture: .deitTiny(), batchSize: 16),
  ]

  /// ReViT's less-more-less heads and small queries, with widths that are no multiple of a vector.
  private static var heterogeneous: Architecture {
    var architecture = Architecture.deit(embedding: 96)
    architecture.attentionScale = .fixed(0.125)
    architecture.blocks = (1...12).map { position in
      Architecture.Block(heads: (4...9).contains(position) ? 6 : 3, queryKey: 8, value: 24, mlpHidden: 100)
    }
    return architecture
  }

  /// The same blocks on 28 x 28 grey pixels in patches of 4 x 4, with 10 classes.
  private static func small(_ architecture: Architecture) -> Architecture {
    var small = architecture
    small.imageSize = 28
    small.channels = 1
    small.patchSize = 4
    small.classCount = 10
    return small
  }
}
