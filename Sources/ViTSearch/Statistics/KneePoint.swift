internal import ViTNumerics

/// The point of a front from which on more latency buys less.
package enum KneePoint {
  /// The point farthest above the chord between the front's fastest and slowest point, where latency is counted in its
  /// logarithm and both axes are scaled to 0...1 between those two.
  ///
  /// - Parameter front: Non-dominated points by ascending latency.
  /// - Returns: An index; nil for fewer than three points, and where none lies above the chord.
  /// - Source: Das, "On characterizing the knee of the Pareto curve based on normal-boundary intersection",
  ///   Structural Optimization 18, 1999.
  package static func index(_ front: [TradeOff]) -> Int? {
    guard front.count >= 3, let first = front.first, let last = front.last, first.latencySeconds > 0,
      last.latencySeconds > first.latencySeconds, last.value > first.value
    else { return nil }
    let width = Logarithm.natural(last.latencySeconds / first.latencySeconds)
    // With both axes scaled to 0...1 the chord is the diagonal, and distances from it are proportional to y - x.
    let heights = front.map { point in
      (point.value - first.value) / (last.value - first.value)
        - Logarithm.natural(point.latencySeconds / first.latencySeconds) / width
    }
    guard let best = heights.indices.max(by: { (heights[$0], $1) < (heights[$1], $0) }), heights[best] > 1e-9 else {
      return nil
    }
    return best
  }
}
