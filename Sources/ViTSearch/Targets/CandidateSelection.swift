internal import ViTArchitecture
internal import ViTLatency
internal import ViTNumerics

/// Chooses the candidates that are trained for a latency target.
package enum CandidateSelection {
  /// How candidates near a target are told apart.
  package enum Preference: Sendable {
    /// Far from one another in the space, so that training can find out what is good.
    case spread
    /// Most multiply-accumulates first, when nothing is trained.
    case multiplyAccumulates
    /// As they were drawn, for random search.
    case firstDrawn
  }

  /// What was chosen for one target.
  package struct Choice: Sendable {
    /// In the order chosen.
    package var candidates: [Candidate]
    /// Remarks for the user, such as that the tolerance was widened.
    package var note: String?
  }

  /// The candidates at most `tolerance` below the target; the tolerance doubles until there are `count`.
  ///
  /// - Throws: `SearchError` when no candidate is as fast as the target, or when even the slowest is so much faster
  ///   that none lies within the tolerance; it names the reachable range.
  static func choose(
    for target: ResolvedTarget, from candidates: [Candidate], count: Int, tolerance: Double,
    preference: Preference
  ) throws(SearchError) -> Choice {
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
    let below = candidates.filter { $0.latency.seconds <= target.seconds }.sorted { isNearer($0, $1) }
    let wanted = max(count, 1)
    var width = tolerance
    var pool = below.prefix { $0.latency.seconds >= target.seconds * (1 - width) }
    while pool.count < min(wanted, below.count) {
      width = max(2 * width, 0.01)
      pool = below.prefix { $0.latency.seconds >= target.seconds * (1 - width) }
    }
    let chosen =
      switch preference {
      case .spread: spread(Array(pool), count: wanted)
      case .multiplyAccumulates: largest(Array(pool), count: wanted)
      case .firstDrawn: firstDrawn(candidates, Set(pool.map(\.digest)), count: wanted)
      }
    return Choice(candidates: chosen, note: note(target, chosen.count, wanted, widenedTo: width, from: tolerance))
  }

  /// Greedy max-min: start nearest the target, then always take the candidate farthest from all taken ones.
  private static func spread(_ pool: [Candidate], count: Int) -> [Candidate] {
    guard let first = pool.first else { return [] }
    var chosen = [first]
    var distances = pool.map { squaredDistance($0.point, first.point) }
    while chosen.count < min(count, pool.count) {
      // The pool is sorted by nearness to the target, and the first of equals wins.
      guard let best = distances.indices.max(by: { (distances[$0], $1) < (distances[$1], $0) }) else { break }
      chosen.append(pool[best])
      for index in pool.indices {
        distances[index] = min(distances[index], squaredDistance(pool[index].point, pool[best].point))
      }
      // Taken ones are never taken again, even if several candidates share a place.
      for index in pool.indices where chosen.contains(where: { $0.architecture == pool[index].architecture }) {
        distances[index] = -1
      }
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

  private static func isNearer(_ a: Candidate, _ b: Candidate) -> Bool {
    a.latency.seconds != b.latency.seconds ? a.latency.seconds > b.latency.seconds : a.digest < b.digest
  }

  private static func squaredDistance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }

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
}
