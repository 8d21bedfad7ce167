internal import ViTArchitecture
internal import ViTLatency

extension StudySchedule {
  /// The trainings of random search that are left, or nil.
  func randomSearchWave(_ ledger: TrialLedger) -> StudyStep.Wave? {
    guard plan.budget.randomSearch else { return nil }
    let requests = randomDraws(ledger).compactMap { draw in
      ledger.member(draw.digest).map { member in
        TrialRequest(
          identifier: ledger.searchTrial(draw.digest, rung: plan.lastRung), architecture: member.architecture,
          phase: .randomSearch, endShare: 1)
      }
    }
    return ledger.wave(.randomSearch, rung: plan.lastRung, requests)
  }

  /// The random candidates that the search's budget pays for.
  ///
  /// They take the targets in turn, so that the budget is split evenly. One that the search has trained as well is
  /// paid for all the same; its training is not repeated.
  package func randomDraws(_ ledger: TrialLedger) -> [StudyPlan.RandomDraw] {
    Array(plan.randomDraws.prefix(randomCount(ledger)))
  }

  /// How many whole trainings the search has spent, rounded up, so that random search never has less; by a hundredth
  /// of a training it may, since rungs end at whole steps.
  func randomCount(_ ledger: TrialLedger) -> Int {
    let whole = Double(samplesOfWholeTraining(ledger))
    guard whole > 0 else { return 0 }
    return Int((Double(searchSamples(ledger)) / whole - 0.01).rounded(.up))
  }

  /// Images that the search's candidates have seen in training: each as far as it climbed by its rank. Trainings of
  /// the audit and of baselines do not count.
  package func searchSamples(_ ledger: TrialLedger) -> Int {
    var seen: [String: Int] = [:]
    for rung in 0...plan.lastRung {
      for digest in Set(plan.targets.flatMap { pool(ledger, $0, rung: rung) }) {
        guard let outcome = ledger.searchOutcome(digest, rung: rung) else { continue }
        seen[digest] = max(seen[digest] ?? 0, outcome.samplesSeen)
      }
    }
    return seen.values.reduce(0, +)
  }

  /// Images that random search's candidates have seen in training.
  package func randomSamples(_ ledger: TrialLedger) -> Int {
    Set(randomDraws(ledger).map(\.digest))
      .compactMap { ledger.searchOutcome($0, rung: plan.lastRung)?.samplesSeen }.reduce(0, +)
  }

  /// Images seen in one whole training; 0 where none completed.
  func samplesOfWholeTraining(_ ledger: TrialLedger) -> Int {
    ledger.members.compactMap { member in
      ledger.hasCompleted(member.digest, rung: plan.lastRung)
        ? ledger.searchOutcome(member.digest, rung: plan.lastRung)?.samplesSeen : nil
    }.max() ?? 0
  }

  /// Random search's most accurate candidate for a target; nil where none completed.
  func randomWinner(_ ledger: TrialLedger, _ target: ResolvedTarget) -> PlannedMember? {
    randomDraws(ledger).filter { $0.target == target.label }
      .compactMap { standing(ledger, $0.digest, rung: plan.lastRung) }
      .compactMap { standing in standing.accuracy.map { (standing, $0) } }
      .min { ($1.1, $0.0.latencySeconds, $0.0.digest) < ($0.1, $1.0.latencySeconds, $1.0.digest) }
      .flatMap { ledger.member($0.0.digest) }
  }
}
