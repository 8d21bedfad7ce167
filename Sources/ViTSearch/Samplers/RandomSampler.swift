internal import ViTNumerics

/// Independent uniform points: what every other sampler has to beat.
package struct RandomSampler: SequenceSampler {
  package init() {}

  package func points(count: Int, dimensions: Int, seed: UInt64) throws -> [[Double]] {
    (0..<count).map { index in
      var point = [Double](repeating: 0, count: dimensions)
      RandomSampler.draw(&point, index: index, seed: seed)
      return point
    }
  }

  /// Overwrites a point by the one with an index, counted from 0; allocates nothing.
  package static func draw(_ point: inout [Double], index: Int, seed: UInt64) {
    var random = CounterRandom(seed: seed, purpose: "draw", stream: UInt64(index))
    for axis in point.indices { point[axis] = random.uniform() }
  }
}
