internal import ViTArchitecture

/// What a study does, as a function of its plan and of the trials finished so far.
///
/// 1. *Search.* Candidates are trained to the first rung, a share of the recipe's steps, with the study's search seed,
///    in rounds where the sampler learns. At each rung `Halving` keeps some for each target, and their trainings go on.
///    Baselines climb the same rungs, all of them. So do the candidates of the audit, whatever their rank.
/// 2. *Random search.* Random candidates of the same latencies are trained straight to the last rung, as many as the
///    search spent in training samples.
/// 3. *Final.* The winners of both and the baselines are trained anew with fresh seeds; only these runs are reported.
///    Members of comparisons that are undecided get further seeds; see `Verdict`.
///
/// A plan in which nothing is to be chosen has a final only, of all its candidates.
///
/// Every decision rests on trials of earlier waves alone, each looked up by its identifier. So a study that is
/// resumed does what it would have done, in whatever order the trials of a wave finish.
package struct StudySchedule: Sendable {
  package let plan: StudyPlan

  package init(_ plan: StudyPlan) { self.plan = plan }

  /// - Parameters:
  ///   - members: All members so far: the plan's, and those proposed since.
  ///   - records: All finished trials.
  ///   - isExhausted: Whether the space gives no further candidates, so that none are to be proposed.
  /// - Returns: Nil when all is done.
  /// - Throws: `SearchError` when every candidate diverged.
  package func next(
    members: [PlannedMember], records: [TrialRecord], isExhausted: Bool = false
  ) throws(SearchError) -> StudyStep? {
    guard plan.trains else { return nil }
    let ledger = TrialLedger(plan, members: members, records: records)
    if plan.hasSearch {
      if let step = try searchStep(ledger, isExhausted: isExhausted) { return step }
      if let wave = randomSearchWave(ledger) { return .train(wave) }
    }
    return try finalWave(ledger).map { .train($0) }
  }
}

extension StudyPlan {
  /// The share of the recipe's steps at which a rung ends.
  func share(_ rung: Int) -> Double { budget.rungs.indices.contains(rung) ? budget.rungs[rung] : 1 }

  var lastRung: Int { max(budget.rungs.count - 1, 0) }

  /// Whether candidates are chosen before the final.
  package var hasSearch: Bool {
    trains
      && (budget.rungs.count > 1 || budget.startersPerTarget > budget.candidatesPerTarget
        || budget.randomSearch || budget.rounds > 1)
  }

  /// Seeds that every member of the final gets, and may get.
  var finalSeeds: ClosedRange<Int> {
    let least = min(max(budget.seeds, 1), trainingSeeds.count)
    return least...max(least, trainingSeeds.count)
  }
}

extension SearchBudget {
  /// Candidates that the search starts with for each target.
  var startersPerTarget: Int { max(startCandidatesPerTarget ?? 0, candidatesPerTarget, 1) }

  /// How many candidates each round adds for each target; as even as can be, the first rounds taking more.
  package var roundSizes: [Int] {
    let rounds = min(max(rounds, 1), startersPerTarget)
    return (0..<rounds).map { (startersPerTarget + rounds - 1 - $0) / rounds }
  }
}
