internal import ViTNumerics

/// How high a set of members stands over a range of latencies: what this program calls their hypervolume.
///
/// The area between the set's curve and a reference value over the logarithm of latency, divided by the range's width,
/// which makes it a mean height. Between neighbours the curve is a straight line in that logarithm, since a member of
/// the latency between can be had as well; a staircase would reward sets for where their members happen to lie, by more
/// than seeds spread. Below the fastest member there is nothing; above the slowest the curve stays level.
///
/// Sets are compared over the range in which all of them have members on either side. It is theirs and no one's choice:
/// a slower member of one set, or another reference value, does not change which set stands higher.
package enum FrontArea {
  /// Logarithms of the latencies from the slowest of the sets' fastest members to the fastest of their slowest.
  ///
  /// - Returns: Nil where the sets have no latency in common; a single latency where they touch.
  package static func commonRange(_ sets: [[Double]]) -> ClosedRange<Double>? {
    let ends = sets.compactMap { set in set.min().flatMap { low in set.max().map { (low, $0) } } }
    guard ends.count == sets.count, let low = ends.map(\.0).max(), let high = ends.map(\.1).min(), low <= high else {
      return nil
    }
    return low...high
  }

  /// The weights of the members' values in their mean height over a range; they sum to the share of the range from the
  /// fastest member on.
  ///
  /// - Parameters:
  ///   - places: Logarithms of latencies, in any order.
  ///   - isLevelBelow: Whether the curve goes on level below the fastest member, so that weights sum to 1.
  package static func weights(
    _ places: [Double], over range: ClosedRange<Double>, isLevelBelow: Bool = false
  ) -> [Double] {
    var weights = [Double](repeating: 0, count: places.count)
    let order = places.indices.sorted { (places[$0], $0) < (places[$1], $1) }
    guard let first = order.first, let last = order.last else { return weights }
    let width = range.upperBound - range.lowerBound
    guard width > 0 else { return pointWeights(order, places, at: range.lowerBound, isLevelBelow) }
    if isLevelBelow, places[first] > range.lowerBound {
      weights[first] += (min(places[first], range.upperBound) - range.lowerBound) / width
    }
    for (left, right) in zip(order, order.dropFirst()) {
      let (from, to) = (max(places[left], range.lowerBound), min(places[right], range.upperBound))
      guard to > from, places[right] > places[left] else { continue }
      // Of the line between the two, the right one's share grows from 0 to 1.
      let middle = ((from + to) / 2 - places[left]) / (places[right] - places[left])
      weights[left] += (1 - middle) * (to - from) / width
      weights[right] += middle * (to - from) / width
    }
    let level = range.upperBound - max(places[last], range.lowerBound)
    if level > 0, places[first] <= range.upperBound { weights[last] += level / width }
    return weights
  }

  /// The same at a single place.
  private static func pointWeights(
    _ order: [Int], _ places: [Double], at place: Double, _ isLevelBelow: Bool
  ) -> [Double] {
    var weights = [Double](repeating: 0, count: places.count)
    guard let position = order.lastIndex(where: { places[$0] <= place }) else {
      if isLevelBelow { weights[order[0]] = 1 }
      return weights
    }
    let left = order[position]
    guard position + 1 < order.count else {
      weights[left] = 1
      return weights
    }
    let right = order[position + 1]
    let share = (place - places[left]) / (places[right] - places[left])
    (weights[left], weights[right]) = (1 - share, share)
    return weights
  }

  /// How high points stand above a reference over a range of latencies, by those that no line between two others passes
  /// above: a further point never lowers it.
  ///
  /// - Parameters:
  ///   - points: In any order; those that are not finite count for nothing.
  ///   - range: Seconds.
  package static func height(
    of points: [TradeOff], over range: ClosedRange<Double>, above reference: Double
  ) -> Double {
    guard range.lowerBound > 0 else { return 0 }
    let useful = points.filter { $0.latencySeconds > 0 && $0.value > reference }
    let hull = hull(useful).map { useful[$0] }
    let logarithms = Logarithm.natural(range.lowerBound)...Logarithm.natural(range.upperBound)
    let shares = weights(hull.map { Logarithm.natural($0.latencySeconds) }, over: logarithms)
    return zip(shares, hull).reduce(0) { $0 + $1.0 * ($1.1.value - reference) }
  }

  /// Indices of the points of a front that no line between two others passes above, by ascending latency.
  static func hull(_ points: [TradeOff]) -> [Int] {
    var hull: [Int] = []
    func slope(_ a: Int, _ b: Int) -> Double {
      let distance = Logarithm.natural(points[b].latencySeconds / points[a].latencySeconds)
      return distance > 0 ? (points[b].value - points[a].value) / distance : 0
    }
    for index in ParetoFront.indices(points) {
      while hull.count > 1, slope(hull[hull.count - 2], hull[hull.count - 1]) <= slope(hull[hull.count - 1], index) {
        hull.removeLast()
      }
      hull.append(index)
    }
    return hull
  }
}
