internal import ViTNumerics

/// What is compared within a study.
extension ComparedMembers {
  /// A member less the baselines at its latency; nil where none is as fast. See `BaselineComparison`.
  func fromBaselines(_ member: Int, _ baselines: [Int]) -> Contrast? {
    contrast { places in
      let shares = BaselineComparison.shares(
        at: Exponential.natural(places[member]), latencies: baselines.map { Exponential.natural(places[$0]) }
      ) { members[baselines[$0]].accuracy.mean }
      guard !shares.isEmpty else { return nil }
      var weights = [Double](repeating: 0, count: members.count)
      weights[member] = 1
      for (index, share) in shares { weights[baselines[index]] -= share }
      return weights
    }
  }

  /// A member less another, brought to one latency along the fitted front.
  struct EqualLatency {
    var contrast: Contrast
    /// What was added to the difference of the two accuracies for it.
    var adjustment: Double
  }

  /// - Parameter isBaseline: Which of the members are, since they lie on a curve of their own.
  /// - Returns: Nil where their latencies differ and no curve can be fitted.
  func atEqualLatency(_ member: Int, _ other: Int, isBaseline: (Int) -> Bool) -> EqualLatency? {
    let places = places
    let distance = places[member] - places[other]
    func plain() -> [Double] {
      var weights = [Double](repeating: 0, count: members.count)
      (weights[member], weights[other]) = (1, -1)
      return weights
    }
    let groups = members.indices.map { isBaseline($0) ? 0 : 1 }
    guard let slope = FrontSlope(places, groups: groups) else {
      guard distance == 0 else { return nil }
      return contrast { _ in plain() }.map { EqualLatency(contrast: $0, adjustment: 0) }
    }
    let middle = (places[member] + places[other]) / 2
    let climb = value(slope.weights(at: middle))
    let further = slopeVariance(slope, at: middle) * distance * distance
    let found = contrast(further: (further, slope.degreesOfFreedom)) { places in
      // A front does not fall: what is faster can be had for the slower latency too.
      guard climb > 0 else { return plain() }
      guard let moved = FrontSlope(places, groups: groups, hasCurvature: slope.hasCurvature) else { return nil }
      let distance = places[member] - places[other]
      return zip(plain(), moved.weights(at: (places[member] + places[other]) / 2)).map { $0 - distance * $1 }
    }
    return found.map { EqualLatency(contrast: $0, adjustment: climb > 0 ? -climb * distance : 0) }
  }

  private func slopeVariance(_ slope: FrontSlope, at place: Double) -> Double {
    let counts = members.map { 1 / Double($0.accuracy.count) }.reduce(0, +) / Double(max(members.count, 1))
    let least = (deviation?.variance ?? 0) * counts + (images?.variance ?? 0)
    return slope.variance(members.map(\.accuracy.mean), at: place, least: least)
  }

  /// The mean height of some members over a range; see `FrontArea`.
  func height(of set: [Int], over range: ClosedRange<Double>) -> Contrast? {
    contrast { places in
      let shares = FrontArea.weights(set.map { places[$0] }, over: range, isLevelBelow: true)
      var weights = [Double](repeating: 0, count: members.count)
      for (index, share) in zip(set, shares) { weights[index] += share }
      return weights
    }
  }

  /// The ratio of two heights above a reference, with the interval in which it lies by the errors of both.
  ///
  /// Source: Fieller, "Some problems in interval estimation", Journal of the Royal Statistical Society B 16, 1954: the
  /// ratios r for which the first less r times the second is not significantly different from zero.
  ///
  /// - Returns: Without an interval where the second height is not known to be above the reference.
  func ratio(of first: Contrast, to second: Contrast, above reference: Double) -> Estimate {
    let ratio = (value(first.weights) - reference) / (value(second.weights) - reference)
    func excess(_ r: Double) -> (distance: Double, covers: Estimate.Coverage)? {
      finding(first.less(r, times: second)).map { found in
        (abs(found.value - (1 - r) * reference) - found.error.quantile() * found.error.standardError, found.covers)
      }
    }
    func end(_ direction: Double) -> Double? {
      var (inside, step) = (ratio, 0.01 * max(abs(ratio), 1e-6))
      var outside = ratio + direction * step
      while let here = excess(outside), here.distance < 0 {
        step *= 2
        // Past a hundred times the ratio, the second height could as well be none.
        guard step < 100 * max(abs(ratio), 1e-6) else { return nil }
        (inside, outside) = (outside, ratio + direction * step)
      }
      for _ in 0..<40 {
        let middle = (inside + outside) / 2
        guard let here = excess(middle) else { return nil }
        if here.distance < 0 { inside = middle } else { outside = middle }
      }
      return (inside + outside) / 2
    }
    guard ratio.isFinite, case .sources(let sources, _)? = excess(ratio)?.covers else { return Estimate(ratio) }
    return Estimate(ratio, lower: end(-1), upper: end(1), covers: .sources(sources, seeds: 0))
  }
}
