/// A point of the trade-off: latency is to be small, value (accuracy, as a rule) large.
package struct TradeOff: Hashable, Sendable {
  package var latencySeconds: Double
  package var value: Double

  package init(latencySeconds: Double, value: Double) {
    self.latencySeconds = latencySeconds
    self.value = value
  }

  /// At least as good in both, and better in one.
  package func dominates(_ other: TradeOff) -> Bool {
    latencySeconds <= other.latencySeconds && value >= other.value && self != other
  }
}

/// Non-dominated points and the area they cover.
package enum ParetoFront {
  /// Indices of the points that no other point dominates, by ascending latency.
  ///
  /// Equal points do not dominate one another: all of them are on the front. Points with a coordinate that is not
  /// finite are never on it.
  ///
  /// - Complexity: O(n log n).
  package static func indices(_ points: [TradeOff]) -> [Int] {
    let order = points.indices
      .filter { points[$0].latencySeconds.isFinite && points[$0].value.isFinite }
      .sorted {
        (points[$0].latencySeconds, -points[$0].value, $0) < (points[$1].latencySeconds, -points[$1].value, $1)
      }
    var front: [Int] = []
    for index in order {
      guard let last = front.last else {
        front.append(index)
        continue
      }
      if points[index].value > points[last].value || points[index] == points[last] { front.append(index) }
    }
    return front
  }

  /// The area between the points and a reference: all trade-offs better than the reference that some point dominates
  /// or equals.
  ///
  /// - Parameters:
  ///   - points: Need not be a front; points no better than the reference in both add nothing.
  ///   - reference: A latency and a value that are just not worth having.
  /// - Returns: Exact up to rounding, in seconds times the value's unit.
  /// - Source: Zitzler and Thiele, "Multiobjective optimization using evolutionary algorithms", PPSN 1998.
  package static func hypervolume(_ points: [TradeOff], reference: TradeOff) -> Double {
    Hypervolume.of(
      points.map { [$0.latencySeconds, -$0.value] }, reference: [reference.latencySeconds, -reference.value])
  }
}
