internal import ViTArchitecture
internal import ViTLatency
internal import ViTNumerics

/// Chooses the candidates that are trained for a latency target.
package enum CandidateSelection {
  /// How candidates near a target are told apart.
  package enum Preference: Sendable {
    /// Far from one another in the space, so that training can find out what is good; those first that were measured.
    case spread
    /// Most multiply-accumulates first, when nothing is trained.
    case multiplyAccumulates
    /// As they were drawn, for random search.
    case firstDrawn
  }

  /// Which candidates may be chosen, and what happens where too few are near a target.
  package enum Admission: Sendable {
    /// All; a target that none can be expected to reach is an error.
    case reachable
    /// All; where too few are near a target, it is missed by the nearest.
    case nearest
    /// Those that were measured; where too few of them are near a target, it is missed by the nearest.
    case measured
  }

  /// What was chosen for one target.
  package struct Choice: Sendable {
    /// In the order chosen.
    package var candidates: [Candidate]
    /// Remarks for the user, such as that the tolerance was widened.
    package var note: String?
  }

  /// How far above a target a measured latency may be, as a share of the tolerance: a measurement is not exact, and what is
  /// chosen just below a target would often be dropped for nothing.
  private static let slack = 0.25

  /// Whether a measured latency keeps a target.
  static func keeps(_ target: ResolvedTarget, seconds: Double, tolerance: Double) -> Bool {
    let ratio = seconds / target.seconds
    return ratio >= 1 - tolerance && ratio <= 1 + slack * tolerance
  }

  /// The candidates at most `tolerance` below the target. Where there are fewer than `count`, the tolerance doubles until
  /// there are as many, or the nearest ones are taken, as `admission` says.
  ///
  /// - Throws: `SearchError` when no candidate is as fast as the target, or when even the slowest is so much faster
  ///   that none lies within the tolerance; it names the reachable range.
  static func choose(
    for target: ResolvedTarget, from candidates: [Candidate], count: Int, tolerance: Double,
    preference: Preference, admission: Admission = .reachable
  ) throws(SearchError) -> Choice {
    let wanted = max(count, 1)
    let pool: [Candidate]
    var width = tolerance
    if admission == .reachable {
      try requireReachable(target, candidates, tolerance)
      (pool, width) = below(target, candidates, wanted, tolerance)
    } else {
      pool = near(target, admission == .measured ? candidates.filter(\.isMeasured) : candidates, wanted, tolerance)
    }
    let chosen =
      switch preference {
      case .spread: spread(pool, count: wanted)
      case .multiplyAccumulates: largest(pool, count: wanted)
      case .firstDrawn: firstDrawn(candidates, Set(pool.map(\.digest)), count: wanted)
      }
    let misses = admission == .reachable ? nil : missNote(target, chosen, tolerance)
    return Choice(
      candidates: chosen,
      note: misses ?? note(target, chosen.count, wanted, widenedTo: width, from: tolerance))
  }

  // MARK: Nearness

  private static func requireReachable(
    _ target: ResolvedTarget, _ candidates: [Candidate], _ tolerance: Double
  ) throws(SearchError) {
    let latencies = candidates.map(\.latency.seconds)
    guard let fastest = latencies.min(), let slowest = latencies.max(), fastest <= target.seconds,
      slowest >= target.seconds * (1 - tolerance)
    else {
      let range = "\(ReadableNumber.latency(latencies.min() ?? 0)) to \(ReadableNumber.latency(latencies.max() ?? 0))"
      throw SearchError(
        .unreachableTarget,
        """
        target \(target.label) (\(ReadableNumber.latency(target.seconds)) for a batch) is out of reach: the \
        \(candidates.count) feasible architectures drawn take \(range), and a target is served from \
        \(ReadableNumber.percent(tolerance, decimals: 0))% below it up to it
        """)
    }
  }

  /// Whether a candidate lies within the tolerance of a target.
  private static func serves(_ target: ResolvedTarget, _ candidate: Candidate, _ tolerance: Double) -> Bool {
    let seconds = candidate.latency.seconds
    return candidate.isMeasured
      ? keeps(target, seconds: seconds, tolerance: tolerance)
      : seconds <= target.seconds && seconds >= target.seconds * (1 - tolerance)
  }

  /// Those within the tolerance, which doubles until there are enough; nearest the target first.
  private static func below(
    _ target: ResolvedTarget, _ candidates: [Candidate], _ wanted: Int, _ tolerance: Double
  ) -> (pool: [Candidate], width: Double) {
    let limit = { (candidate: Candidate) in
      candidate.isMeasured ? target.seconds * (1 + slack * tolerance) : target.seconds
    }
    let below = candidates.filter { $0.latency.seconds <= limit($0) }.sorted { isNearer($0, $1) }
    var width = tolerance
    var pool = below.prefix { $0.latency.seconds >= target.seconds * (1 - width) }
    while pool.count < min(wanted, below.count) {
      width = max(2 * width, 0.01)
      pool = below.prefix { $0.latency.seconds >= target.seconds * (1 - width) }
    }
    return (Array(pool), width)
  }

  /// Those within the tolerance, and if they are too few, the nearest on either side.
  private static func near(
    _ target: ResolvedTarget, _ candidates: [Candidate], _ wanted: Int, _ tolerance: Double
  ) -> [Candidate] {
    let pool = candidates.filter { serves(target, $0, tolerance) }.sorted { isNearer($0, $1) }
    guard pool.count < wanted else { return pool }
    let others = candidates.filter { !serves(target, $0, tolerance) }.map { candidate in
      (distance: abs(Logarithm.natural(candidate.latency.seconds / target.seconds)), candidate: candidate)
    }
    let nearest = others.sorted { a, b in
      a.distance != b.distance ? a.distance < b.distance : a.candidate.digest < b.candidate.digest
    }
    return pool + nearest.prefix(wanted - pool.count).map(\.candidate)
  }

  private static func isNearer(_ a: Candidate, _ b: Candidate) -> Bool {
    a.latency.seconds != b.latency.seconds ? a.latency.seconds > b.latency.seconds : a.digest < b.digest
  }

  // MARK: Preferences

  /// Greedy max-min: start nearest the target, then always take the candidate farthest from all taken ones. Those that were
  /// measured come first, so that measuring comes to an end.
  private static func spread(_ pool: [Candidate], count: Int) -> [Candidate] {
    guard let first = pool.first(where: \.isMeasured) ?? pool.first else { return [] }
    var chosen = [first]
    var distances = pool.map { squaredDistance($0.point, first.point) }
    func exclude(_ candidate: Candidate) {
      // Taken ones are never taken again, even if several candidates share a place.
      for index in pool.indices where pool[index].architecture == candidate.architecture { distances[index] = -1 }
    }
    exclude(first)
    func rank(_ index: Int) -> Int { distances[index] < 0 ? 0 : pool[index].isMeasured ? 2 : 1 }
    while chosen.count < min(count, pool.count) {
      // The pool is sorted by nearness to the target, and the first of equals wins.
      guard
        let best = distances.indices.max(by: { (rank($0), distances[$0], $1) < (rank($1), distances[$1], $0) })
      else { break }
      chosen.append(pool[best])
      for index in pool.indices where distances[index] >= 0 {
        distances[index] = min(distances[index], squaredDistance(pool[index].point, pool[best].point))
      }
      exclude(pool[best])
    }
    return chosen
  }

  private static func largest(_ pool: [Candidate], count: Int) -> [Candidate] {
    let keyed = pool.map { (candidate: $0, size: $0.architecture.multiplyAccumulates) }
    return keyed.sorted { $0.size != $1.size ? $0.size > $1.size : $0.candidate.digest < $1.candidate.digest }
      .prefix(count).map(\.candidate)
  }

  private static func firstDrawn(_ candidates: [Candidate], _ pool: Set<String>, count: Int) -> [Candidate] {
    Array(candidates.lazy.filter { pool.contains($0.digest) }.prefix(count))
  }

  private static func squaredDistance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }

  // MARK: Remarks

  private static func note(
    _ target: ResolvedTarget, _ found: Int, _ wanted: Int, widenedTo width: Double, from tolerance: Double
  ) -> String? {
    if found < wanted {
      return "target \(target.label): only \(found) of \(wanted) candidates are as fast as that"
    }
    guard width > tolerance else { return nil }
    let percent = ReadableNumber.percent(min(width, 1), decimals: 0)
    return "target \(target.label): the tolerance was widened to \(percent)% to find \(wanted) candidates"
  }

  private static func missNote(_ target: ResolvedTarget, _ chosen: [Candidate], _ tolerance: Double) -> String? {
    let misses = chosen.filter { !serves(target, $0, tolerance) }
    let ratios = misses.map { $0.latency.seconds / target.seconds }
    guard let least = ratios.min(), let most = ratios.max() else { return nil }
    func percent(_ ratio: Double) -> String { ReadableNumber.percentage(ratio, decimals: 0) }
    let range = misses.count == 1 ? percent(least) : "\(percent(least)) to \(percent(most))"
    return """
      target \(target.label): \(misses.count) of \(ReadableNumber.count(chosen.count, "candidate")) could not be brought \
      within \(percent(tolerance)) of it and take \(range) of its latency
      """
  }
}
