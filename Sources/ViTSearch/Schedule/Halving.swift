/// Non-dominated successive halving: which candidates go on to the next rung.
///
/// Candidates are ordered by their Pareto front (latency against validation accuracy), then by crowding, so that what
/// is kept is spread along the front; between equally crowded ones, such as a front's two ends, the more accurate comes
/// first. So the most accurate candidate is the first of all, also where there is a single front.
///
/// Source: Schmucker, Donini, Zafar, Salinas, Archambeau, "Multi-objective asynchronous successive halving", 2021,
/// with NSGA-II's order (Deb et al. 2002) within a front.
enum Halving {
  /// A candidate as one rung saw it.
  struct Standing {
    var digest: String
    var latencySeconds: Double
    /// On the validation split; nil where the training diverged.
    var accuracy: Double?
  }

  /// How many of `count` candidates go on: a share of 1/`factor`, rounded up, but at least `atLeast` where there are
  /// as many.
  static func kept(of count: Int, factor: Double, atLeast: Int) -> Int {
    let share = (Double(count) / max(factor, 1) - 1e-9).rounded(.up)
    return min(count, max(Int(share), atLeast))
  }

  /// The digests of the candidates that completed, best first; ties end with the digest.
  static func order(_ candidates: [Standing]) -> [String] {
    let points = candidates.map { TradeOff(latencySeconds: $0.latencySeconds, value: $0.accuracy ?? .nan) }
    var left = candidates.indices.filter { candidates[$0].accuracy != nil }
    var ordered: [String] = []
    while !left.isEmpty {
      let front = ParetoFront.indices(left.map { points[$0] }).map { left[$0] }
      guard !front.isEmpty else { break }
      let crowding = crowding(front.map { points[$0] })
      ordered += front.indices.sorted { i, j in
        let (a, b) = (candidates[front[i]], candidates[front[j]])
        let (accuracyA, accuracyB) = (points[front[i]].value, points[front[j]].value)
        return (-crowding[i], -accuracyA, a.latencySeconds, a.digest)
          < (-crowding[j], -accuracyB, b.latencySeconds, b.digest)
      }.map { candidates[front[$0]].digest }
      left.removeAll { front.contains($0) }
    }
    return ordered
  }

  /// NSGA-II's crowding distance of each point of a front by ascending latency: the sides of the box between its
  /// neighbours, as shares of the front's extent; infinite at both ends.
  private static func crowding(_ front: [TradeOff]) -> [Double] {
    guard front.count > 2, let first = front.first, let last = front.last else {
      return front.map { _ in .infinity }
    }
    func share(_ length: Double, of whole: Double) -> Double { whole > 0 ? length / whole : 0 }
    return front.indices.map { index in
      guard index > 0, index < front.count - 1 else { return .infinity }
      let (before, after) = (front[index - 1], front[index + 1])
      return share(after.latencySeconds - before.latencySeconds, of: last.latencySeconds - first.latencySeconds)
        + share(after.value - before.value, of: last.value - first.value)
    }
  }
}
