package import ViTArchitecture
internal import ViTFiles

/// The dimensions that a latency model has seen, from the smallest to the largest.
package struct DimensionRanges: Hashable, Sendable, Codable {
  package private(set) var embedding: ClosedRange<Int>
  package private(set) var depth: ClosedRange<Int>
  package private(set) var heads: ClosedRange<Int>
  package private(set) var queryKey: ClosedRange<Int>
  package private(set) var value: ClosedRange<Int>
  package private(set) var mlpHidden: ClosedRange<Int>

  private enum CodingKeys: String, SnakeCaseKey { case embedding, depth, heads, value, queryKey, mlpHidden }

  /// The ranges of some architectures; nil if there are none, or one has no block.
  package init?(of architectures: [Architecture]) {
    let blocks = architectures.flatMap(\.blocks)
    guard let embedding = Self.range(architectures.map(\.embedding)),
      let depth = Self.range(architectures.map(\.depth)),
      let heads = Self.range(blocks.map(\.heads)),
      let queryKey = Self.range(blocks.map(\.queryKey)),
      let value = Self.range(blocks.map(\.value)),
      let mlpHidden = Self.range(blocks.map(\.mlpHidden))
    else { return nil }
    self.embedding = embedding
    self.depth = depth
    self.heads = heads
    self.queryKey = queryKey
    self.value = value
    self.mlpHidden = mlpHidden
  }

  private static func range(_ values: [Int]) -> ClosedRange<Int>? {
    guard let low = values.min(), let high = values.max() else { return nil }
    return low...high
  }

  /// - Throws: `LatencyError` that names the first dimension outside its range.
  package func require(_ architecture: Architecture) throws(LatencyError) {
    func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(LatencyError) {
      guard range.contains(value) else {
        throw LatencyError(
          .outOfRange,
          "\(name) is \(value), the latency model was fitted on \(range.lowerBound) to \(range.upperBound)")
      }
    }
    try check("embedding", architecture.embedding, embedding)
    try check("depth", architecture.depth, depth)
    for (index, block) in architecture.blocks.enumerated() {
      let place = "block \(index + 1): "
      try check(place + "heads", block.heads, heads)
      try check(place + "query/key width", block.queryKey, queryKey)
      try check(place + "value width", block.value, value)
      try check(place + "MLP width", block.mlpHidden, mlpHidden)
    }
  }
}
