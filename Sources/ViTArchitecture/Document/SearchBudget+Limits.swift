extension SearchBudget {
  /// What documents and command lines say of a budget, by the document's names.
  package enum Key: String, Hashable, Sendable, CaseIterable {
    case sampler, draws, rounds, rungs, audit, seeds
    case candidates = "candidates-per-target"
    case startCandidates = "start-candidates-per-target"
    case maxSeeds = "max-seeds"
  }

  /// The whole numbers that a key may be by itself; rungs and the sampler are none.
  package static func limits(of key: Key) -> ClosedRange<Int> {
    switch key {
    case .draws: 1...1_048_576
    case .candidates, .startCandidates: 1...10_000
    case .rounds, .seeds, .maxSeeds: 1...1000
    case .audit: 0...100
    case .rungs: 1...20
    case .sampler: 0...0
    }
  }

  /// A number that is allowed by itself, but not together with the others.
  package struct Problem: Hashable, Sendable {
    package var key: Key
    package var found: String
    package var expected: String
  }

  /// How many candidates each target begins with.
  package var starters: Int { startCandidatesPerTarget ?? candidatesPerTarget }

  /// What does not go together; empty for a budget that a study can be run with.
  package var problems: [Problem] {
    var problems: [Problem] = []
    func refuse(_ key: Key, _ found: String, _ expected: String) {
      problems.append(Problem(key: key, found: found, expected: expected))
    }
    if starters < candidatesPerTarget {
      refuse(.startCandidates, "\(starters)", "at least \(Key.candidates.rawValue), \(candidatesPerTarget)")
    }
    if let most = maxSeeds, most < seeds { refuse(.maxSeeds, "\(most)", "at least \(Key.seeds.rawValue), \(seeds)") }
    let begun = "at most the \(starters) candidates that each target begins with"
    if audit > 0, rungs.count < 2 {
      refuse(.audit, "\(audit)", "at least two rungs to compare with one another")
    } else if audit > starters {
      refuse(.audit, "\(audit)", begun)
    }
    if rungs.count > 1, starters == candidatesPerTarget {
      refuse(
        .rungs, "\(rungs.count) rungs",
        "start-candidates-per-target to be above candidates-per-target, or there is nothing to choose")
    }
    if rounds > 1, !sampler.learns {
      refuse(.rounds, "\(rounds)", "a sampler that learns from earlier rounds, such as nsga-ii or ehvi")
    }
    if sampler.learns, rounds == 1 {
      refuse(.sampler, "\"\(sampler.rawValue)\"", "rounds above 1, which it learns from")
    }
    if rounds > starters { refuse(.rounds, "\(rounds)", begun) }
    return problems
  }
}
