/// Trials in the order of non-dominated rank, then of crowding: what evolution selects by.
struct RankedTrials {
  /// Indices into the trials, best first.
  let order: [Int]

  /// - Parameters:
  ///   - objectives: Of each trial; nil for a failed one, which comes last.
  ///   - violations: Of each trial; those above 0 come after all feasible ones.
  init(objectives: [[Double]?], violations: [Double]) {
    let points = objectives.map { $0 ?? [.nan] }
    let ranks = NonDominatedSorting.ranks(points, violations: violations)
    var crowding = [Double](repeating: 0, count: points.count)
    for front in Dictionary(grouping: points.indices, by: { ranks[$0] }).values {
      let members = front.sorted()
      guard members.allSatisfy({ points[$0].allSatisfy(\.isFinite) && points[$0].count == points[members[0]].count })
      else { continue }
      for (index, distance) in zip(members, CrowdingDistance.of(members.map { points[$0] })) {
        crowding[index] = distance
      }
    }
    order = points.indices.sorted { (ranks[$0], -crowding[$0], $0) < (ranks[$1], -crowding[$1], $1) }
  }
}
