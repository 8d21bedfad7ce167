internal import ViTArchitecture
internal import ViTLatency
internal import ViTNumerics

/// What a finished study's trials say of it, beside the accuracies themselves.
package struct StudyOutcome {
  let ledger: TrialLedger
  let finalists: [PlannedMember]
  private let schedule: StudySchedule
  /// Winners by the target's label.
  private let winners: [String: PlannedMember]
  private let randomWinners: [String: PlannedMember]

  private var plan: StudyPlan { schedule.plan }

  package init(_ plan: StudyPlan, members: [PlannedMember], records: [TrialRecord]) {
    let schedule = StudySchedule(plan)
    let ledger = TrialLedger(plan, members: members, records: records)
    func byTarget(_ winner: (ResolvedTarget) -> PlannedMember?) -> [String: PlannedMember] {
      Dictionary(plan.targets.compactMap { target in winner(target).map { (target.label, $0) } }) { first, _ in first }
    }
    winners =
      plan.trains ? byTarget { schedule.winner(ledger, $0, seeds: { _ in plan.finalSeeds.upperBound }) } : [:]
    randomWinners = plan.trains && plan.hasSearch ? byTarget { schedule.randomWinner(ledger, $0) } : [:]
    finalists = plan.trains ? schedule.finalists(ledger) : ledger.members
    (self.schedule, self.ledger) = (schedule, ledger)
  }

  func isWinner(_ digest: String) -> Bool {
    plan.hasSearch && [winners, randomWinners].contains { $0.values.contains { $0.digest == digest } }
  }

  /// Whether a member stands for a way of searching where their hypervolumes are compared: as one of its winners, or,
  /// where nothing was chosen, as any candidate.
  func represents(_ arm: FrontDocument.Arm.Name, _ digest: String) -> Bool {
    switch arm {
    case .search:
      plan.hasSearch
        ? winners.values.contains { $0.digest == digest } : ledger.member(digest)?.role == .candidate
    case .randomSearch: randomWinners.values.contains { $0.digest == digest }
    }
  }

  func comparisons(_ entries: [FrontEntry]) -> [FrontDocument.TargetComparison] {
    let byDigest = Dictionary(entries.map { ($0.digest, $0) }) { first, _ in first }
    let references = FrontDocument.references(entries)
    return plan.targets.compactMap { target in
      guard let winner = winners[target.label].flatMap({ byDigest[$0.digest] }) else { return nil }
      let shares = BaselineComparison.shares(
        at: winner.latencySeconds, latencies: references.map(\.reference.latencySeconds)
      ) { references[$0].reference.accuracy.mean }
      let random = randomWinners[target.label].flatMap { byDigest[$0.digest] }
      return FrontDocument.TargetComparison(
        target: target.label, winner: winner.name, isChosenBefore: plan.hasSearch,
        baselines: shares.map { references[$0.index].name },
        fromBaselines: difference(winner, shares.map { ($0.share, references[$0.index].reference.accuracy) }),
        randomWinner: random?.name,
        fromRandom: random.flatMap { random in
          random.digest == winner.digest
            ? nil : random.validation?.interval.flatMap { difference(winner, [(1, $0)]) }
        })
    }
  }

  private func difference(_ entry: FrontEntry, _ others: [(Double, MeanInterval)]) -> Difference? {
    guard let own = entry.validation?.interval, !others.isEmpty,
      let contrast = MeanContrast([(1, own)] + others.map { (-$0.0, $0.1) })
    else { return nil }
    return Difference(contrast, seeds: others.map(\.1.count).reduce(own.count, min))
  }

  var arms: [FrontDocument.Arm] {
    guard plan.hasSearch else { return [] }
    func arm(_ name: FrontDocument.Arm.Name, _ candidates: Int, _ samples: Int) -> FrontDocument.Arm {
      let whole = schedule.samplesOfWholeTraining(ledger)
      return FrontDocument.Arm(
        name: name, candidates: candidates, samples: samples, trainings: Double(samples) / Double(max(whole, 1)))
    }
    let search = arm(.search, ledger.candidates().count, schedule.searchSamples(ledger))
    guard plan.budget.randomSearch else { return [search] }
    return [search, arm(.randomSearch, schedule.randomDraws(ledger).count, schedule.randomSamples(ledger))]
  }

  var audit: FrontDocument.Audit? {
    guard plan.hasSearch, plan.budget.audit > 0, plan.lastRung > 0 else { return nil }
    let sample = plan.targets.map { target in
      schedule.auditSample(ledger, target).filter { ledger.hasCompleted($0, rung: plan.lastRung) }
    }
    func accuracy(_ digest: String, _ rung: Int) -> Double {
      ledger.searchOutcome(digest, rung: rung)?.validationAccuracy ?? 0
    }
    let rungs = (0..<plan.lastRung).map { rung in
      FrontDocument.Audit.Rung(
        share: plan.share(rung),
        agreement: RankAgreement(
          sample.map { $0.map { (accuracy($0, rung), accuracy($0, plan.lastRung)) } }, seed: plan.budget.seed))
    }
    var audit = FrontDocument.Audit(count: Set(sample.joined()).count, rungs: rungs)
    audit.warning = FrontAnswers.warning(audit)
    return audit
  }

  var trajectories: [FrontDocument.Trajectory] {
    guard plan.hasSearch else { return [] }
    let audited = Set(plan.targets.flatMap { schedule.auditSample(ledger, $0) })
    return ledger.members.map { member in
      let accuracies = (0...plan.lastRung).map { rung in
        ledger.hasCompleted(member.digest, rung: rung)
          ? ledger.searchOutcome(member.digest, rung: rung)?.validationAccuracy : nil
      }
      return FrontDocument.Trajectory(
        name: member.name, role: member.role, digest: member.digest, targets: member.targets,
        predictedLatencySeconds: member.latency.seconds, isAudited: audited.contains(member.digest),
        accuracies: accuracies)
    }.filter { $0.accuracies.contains { $0 != nil } }
  }
}
