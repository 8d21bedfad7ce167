/// Non-dominated successive halving: which candidates go on to the next rung.
///
/// Candidates are ordered by their Pareto front (latency against validation accuracy), then by crowding, so that what
/// is kept is spread along the front; between equally crowded ones, such as a front's two ends, the more accurate comes
/// first. So the most accurate candidate is the first of all, also where there is a single front.
///
/// Source: Schmucker, Donini, Zafar, Salinas, Archambeau, "Multi-objective asynchronous successive halving", 2021,
/// with NSGA-II's order (Deb et al. 2002) within a front.
package enum Halving {
  /// A candidate as one rung saw it.
  package struct Standing {
    package var digest: String
    package var latencySeconds: Double
    /// On the validation split; nil where the training diverged.
    package var accuracy: Double?

    package init(digest: String, latencySeconds: Double, accuracy: Double?) {
      self.digest = digest
      self.latencySeconds = latencySeconds
      self.accuracy = accuracy
    }
  }

  /// How many of `count` candidates go on: a share of 1/`factor`, rounded up, but at least `atLeast` where there are
  /// as many.
  package static func kept(of count: Int, factor: Double, atLeast: Int) -> Int {
    let share = (Double(count) / max(factor, 1) - 1e-9).rounded(.up)
    return min(count, max(Int(share), atLeast))
  }

  /// The digests of the candidates that completed, best first; ties end with the digest.
  package static func order(_ candidates: [Standing]) -> [String] {
    let scored = candidates.compactMap { candidate in
      candidate.accuracy.map { (digest: candidate.digest, objectives: [candidate.latencySeconds, -$0]) }
    }
    let ranks = NonDominatedSorting.ranks(scored.map(\.objectives))
    var ordered: [String] = []
    for rank in 0..<((ranks.max() ?? -1) + 1) {
      let front = scored.indices.filter { ranks[$0] == rank }.map { scored[$0] }
      let crowding = CrowdingDistance.of(front.map(\.objectives))
      let sorted = zip(front, crowding).sorted { a, b in
        (-a.1, a.0.objectives[1], a.0.objectives[0], a.0.digest)
          < (-b.1, b.0.objectives[1], b.0.objectives[0], b.0.digest)
      }
      ordered += sorted.map(\.0.digest)
    }
    return ordered
  }
}
