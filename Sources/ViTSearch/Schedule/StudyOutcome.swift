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
  /// Digests of what the search ended with, by the target's label.
  private let chosen: [String: [String]]

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
    chosen = Dictionary(
      plan.targets.map { target in
        (target.label, plan.hasSearch ? schedule.pool(ledger, target, rung: plan.lastRung + 1) : [])
      }
    ) { first, _ in first }
    finalists = plan.trains ? schedule.finalists(ledger) : ledger.members
    (self.schedule, self.ledger) = (schedule, ledger)
  }

  /// Whether the winners were chosen by other trainings than those that are reported.
  var choosesBefore: Bool { plan.hasSearch }

  /// Whether a member stands for a way of searching where comparisons are made: as its winner for a target.
  func isWinner(_ digest: String, of arm: FrontDocument.Arm.Name) -> Bool {
    let winners = arm == .search ? winners : randomWinners
    return winners.values.contains { $0.digest == digest }
  }

  /// Whether the search ended with a member for a target: as many of them as were asked for each.
  func isChosen(_ digest: String) -> Bool { plan.hasSearch && chosen.values.contains { $0.contains(digest) } }

  /// What found a member: the search, random search, or both. One that the search drew too, and dropped, is random
  /// search's alone.
  func role(_ member: PlannedMember) -> MemberRole {
    guard plan.hasSearch, member.role != .baseline else { return member.role }
    switch (isChosen(member.digest), isWinner(member.digest, of: .randomSearch)) {
    case (true, true): return .both
    case (false, true): return .randomSearch
    default: return member.role
    }
  }

  /// The labels of the targets that a member was chosen for, in their order.
  func targets(_ member: PlannedMember) -> [String] {
    guard plan.hasSearch, member.role != .baseline else { return member.targets }
    return plan.targets.map(\.label).filter { label in
      chosen[label]?.contains(member.digest) == true || randomWinners[label]?.digest == member.digest
    }
  }

  func comparisons(_ front: FrontDocument, _ members: ComparedMembers) -> [FrontDocument.TargetComparison] {
    let byDigest = Dictionary(front.entries.map { ($0.digest, $0) }) { first, _ in first }
    let baselines = front.entries.filter { $0.role == .baseline }
      .compactMap { entry in members.index(entry.digest).map { (name: entry.name, index: $0) } }
    let isBaseline = Set(baselines.map(\.index))
    return plan.targets.compactMap { target in
      guard let winner = winners[target.label].flatMap({ byDigest[$0.digest] }) else { return nil }
      var comparison = FrontDocument.TargetComparison(
        target: target.label, winner: winner.name, isChosenBefore: choosesBefore, baselines: [],
        fromBaselines: winner.fromBaselines)
      guard let own = members.index(winner.digest) else { return comparison }
      let weights = members.fromBaselines(own, baselines.map(\.index))?.weights
      comparison.baselines = baselines.filter { weights?[$0.index] ?? 0 != 0 }.map(\.name)
      guard let random = randomWinners[target.label].flatMap({ byDigest[$0.digest] }) else { return comparison }
      comparison.randomWinner = random.name
      guard random.digest != winner.digest, let other = members.index(random.digest),
        let found = members.atEqualLatency(own, other, isBaseline: { isBaseline.contains($0) }),
        let finding = members.finding(found.contrast)
      else { return comparison }
      comparison.fromRandom = Difference(
        finding.estimate, probability: finding.probability,
        // Of the two; the others have a part in the slope alone.
        seeds: min(members.members[own].accuracy.count, members.members[other].accuracy.count),
        adjustment: found.adjustment,
        test: members.test(found.contrast))
      return comparison
    }
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
