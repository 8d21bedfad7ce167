package import ViTArchitecture
package import ViTLatency

/// A space like the quickstart's, with the blocks of a member differing by depth.
package enum SyntheticSpace {
  package static func architecture(_ point: [Double], image: Int = 28, patch: Int = 7) -> Architecture {
    func pick(_ u: Double, _ range: ClosedRange<Double>, _ multiple: Int) -> Int {
      max(multiple, Int((range.lowerBound + u * (range.upperBound - range.lowerBound)) / Double(multiple)) * multiple)
    }
    let embedding = pick(point[0], 32...192.01, 8)
    let depth = 6 + Int(point[1] * 6.99)
    let blocks = (0..<depth).map { index in
      let middle = index > depth / 4 && index < depth * 3 / 4 ? 1 + point[6] : 1
      return Architecture.Block(
        heads: pick(point[2], 1...6.01, 1) * (middle > 1.5 ? 2 : 1), queryKey: pick(point[3], 8...64.01, 8),
        value: pick(point[4], 8...64.01, 8),
        mlpHidden: min(1024, pick(middle * (0.5 + 3.5 * point[5]) * Double(embedding) / 1024, 0...1024, 16)))
    }
    return Architecture(
      imageSize: image, channels: 1, patchSize: patch, classCount: 10, embedding: embedding, blocks: blocks)
  }

  package static let baselines = [32, 64, 128].map { embedding in
    Architecture(
      imageSize: 28, channels: 1, patchSize: 7, classCount: 10, embedding: embedding,
      blocks: Array(
        repeating: .init(heads: embedding / 16, queryKey: 16, value: 16, mlpHidden: 4 * embedding), count: 12))
  }

  package static func members(draws: Int = 1000) throws -> SpaceMembers {
    try SpaceMembers(axes: 7, constraints: [], baselines: baselines, draws: draws) { point in architecture(point) }
  }
}
