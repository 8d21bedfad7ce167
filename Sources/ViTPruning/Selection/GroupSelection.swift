package import ViTArchitecture
package import ViTLatency
package import ViTNumerics

/// Chooses what to remove: the groups that the loss misses least, in view of the latency that they save.
///
/// A group is the units of one list with the lowest scores, as many as `GroupSettings` says. Its rank is
///
///     share of saliency - latency weight x share of latency,
///
/// the first being the sum of its units' scores as a share of the sum over all units that are left, the second the
/// predicted latency that removing it saves, never negative, as a share of what the model takes now. Neither depends on
/// the scale of the loss or on seconds. The lowest rank goes first; after each removal the savings are predicted anew.
package struct GroupSelection: Sendable {
  package let groups: GroupSettings
  package let latencyWeight: Double
  package let predictor: any LatencyPredictor

  /// What was chosen.
  package struct Result: Sendable {
    /// Of the architecture that was chosen from.
    package fileprivate(set) var kept: KeptUnits
    package fileprivate(set) var architecture: Architecture
    package fileprivate(set) var latency: Estimate
    /// Groups removed.
    package fileprivate(set) var removed: Int
  }

  /// A list's units that are left, by falling score, so that the next group stands at the end.
  private struct RankedList {
    let list: UnitList
    var units: [(index: Int, score: Double)]

    func score(beyond count: Int) -> Double { units[count...].reduce(0) { $0 + $1.score } }
  }

  package init(groups: GroupSettings, latencyWeight: Double, predictor: any LatencyPredictor) {
    self.groups = groups
    self.latencyWeight = latencyWeight
    self.predictor = predictor
  }

  /// - Parameters:
  ///   - scores: Of each unit of the architecture, zero or more, laid out as `UnitLayout` says.
  ///   - groupLimit: Groups to remove at most.
  ///   - targetSeconds: Where to stop early.
  /// - Returns: No removal when every list is at its floor.
  /// - Throws: What the predictor throws.
  package func choose(
    from architecture: Architecture, scores: [Double], groupLimit: Int, targetSeconds: Double
  ) throws -> Result {
    let layout = UnitLayout(architecture)
    var ranked = zip(layout.lists, layout.ranges).map { list, range in
      let units = range.enumerated().map { (index: $0, score: scores[$1]) }
      // Of equal scores the first goes last, so that the order is the same everywhere.
      return RankedList(list: list, units: units.sorted { ($1.score, $0.index) < ($0.score, $1.index) })
    }
    var result = Result(
      kept: KeptUnits(allOf: architecture), architecture: architecture,
      latency: try predictor.predict(architecture), removed: 0)
    while result.removed < groupLimit, result.latency.seconds > targetSeconds {
      guard let next = try removeLowest(of: &ranked, result) else { break }
      result.architecture = next.architecture
      result.latency = next.latency
      result.removed += 1
    }
    for list in ranked { result.kept[list.list] = list.units.map(\.index).sorted() }
    return result
  }

  /// Removes the group of lowest rank; nil when every list is at its floor.
  private func removeLowest(
    of ranked: inout [RankedList], _ current: Result
  ) throws -> (architecture: Architecture, latency: Estimate)? {
    let total = max(ranked.reduce(0) { $0 + $1.score(beyond: 0) }, .leastNormalMagnitude)
    var best: (rank: Double, position: Int, architecture: Architecture, latency: Estimate)?
    for (position, list) in ranked.enumerated() {
      guard let count = groups.nextCount(of: list.list, in: current.architecture) else { continue }
      var smaller = current.architecture
      smaller[list.list] = count
      let latency = try predictor.predict(smaller)
      let saving = max(0, current.latency.seconds - latency.seconds) / current.latency.seconds
      let rank = list.score(beyond: count) / total - latencyWeight * saving
      if best.map({ rank < $0.rank }) ?? true { best = (rank, position, smaller, latency) }
    }
    guard let best else { return nil }
    let list = ranked[best.position].list
    ranked[best.position].units.removeSubrange(best.architecture[list]...)
    return (best.architecture, best.latency)
  }
}
