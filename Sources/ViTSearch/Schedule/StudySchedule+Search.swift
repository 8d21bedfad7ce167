internal import ViTArchitecture
package import ViTLatency
internal import ViTNumerics

extension StudySchedule {
  /// What is left of the search, or nil.
  func searchStep(_ ledger: TrialLedger, isExhausted: Bool) throws(SearchError) -> StudyStep? {
    for (round, count) in plan.budget.roundSizes.enumerated() {
      let candidates = ledger.candidates(round: round)
      if candidates.isEmpty, round > 0 {
        if isExhausted { break }
        return .propose(StudyStep.Proposal(round: round, count: count))
      }
      let members = (round == 0 ? ledger.baselines : []) + candidates
      if let wave = climb(ledger, to: 0, members.map { ($0, phase(of: $0)) }) { return .train(wave) }
    }
    try expectSurvivors(ledger, rung: 0)
    for rung in 0..<plan.lastRung {
      if let wave = climb(ledger, to: rung + 1, climbers(ledger, from: rung)) { return .train(wave) }
      try expectSurvivors(ledger, rung: rung + 1)
    }
    return nil
  }

  private func phase(of member: PlannedMember) -> TrialPhase { member.role == .baseline ? .baseline : .search }

  /// Who goes on from a rung: all baselines, the candidates kept, and those of the audit.
  private func climbers(_ ledger: TrialLedger, from rung: Int) -> [(PlannedMember, TrialPhase)] {
    let kept = Set(plan.targets.flatMap { pool(ledger, $0, rung: rung + 1) })
    let audited = Set(plan.targets.flatMap { auditSample(ledger, $0) })
    let candidates = ledger.candidates().filter { kept.contains($0.digest) || audited.contains($0.digest) }
    return ledger.baselines.map { ($0, .baseline) }
      + candidates.map { ($0, kept.contains($0.digest) ? .search : .audit) }
  }

  /// The trainings that bring members to a rung. Those whose training diverged before stay behind.
  private func climb(
    _ ledger: TrialLedger, to rung: Int, _ members: [(member: PlannedMember, phase: TrialPhase)]
  ) -> StudyStep.Wave? {
    let climbing = members.filter { rung == 0 || ledger.hasCompleted($0.member.digest, rung: rung - 1) }
    let requests = climbing.map { member, phase in
      TrialRequest(
        identifier: ledger.searchTrial(member.digest, rung: rung), architecture: member.architecture, phase: phase,
        startShare: rung > 0 ? plan.share(rung - 1) : 0, endShare: plan.share(rung), keepsState: rung < plan.lastRung)
    }
    // A later round adds to the states of the first rung.
    let reached = (rung == 0 ? ledger.baselines + ledger.candidates() : climbing.map(\.member)).map(\.digest)
    let needed = reached.flatMap { digest in
      (max(rung - 1, 0)...rung).map { ledger.searchTrial(digest, rung: $0) }
    }
    return ledger.wave(.search, rung: rung, requests, states: Set(needed))
  }

  /// The digests of the candidates that are trained at a rung to serve a target, best of the rung before first.
  ///
  /// - Parameter rung: One past the last for the candidates that the search ends with.
  func pool(_ ledger: TrialLedger, _ target: ResolvedTarget, rung: Int) -> [String] {
    guard rung > 0 else { return ledger.candidates(serving: target).map(\.digest) }
    let before = pool(ledger, target, rung: rung - 1)
    let order = Halving.order(before.compactMap { standing(ledger, $0, rung: rung - 1) })
    let asked = plan.budget.candidatesPerTarget
    let count =
      rung > plan.lastRung
      ? asked : Halving.kept(of: before.count, factor: plan.budget.halvingFactor, atLeast: asked)
    return Array(order.prefix(count))
  }

  func standing(_ ledger: TrialLedger, _ digest: String, rung: Int) -> Halving.Standing? {
    guard let member = ledger.member(digest) else { return nil }
    let outcome = ledger.searchOutcome(digest, rung: rung)
    return Halving.Standing(
      digest: digest, latencySeconds: member.latency.seconds,
      accuracy: outcome?.state == .completed ? outcome?.validationAccuracy : nil)
  }

  /// A random sample of a target's candidates, drawn from the seed and the candidates alone, not from their results.
  package func auditSample(_ ledger: TrialLedger, _ target: ResolvedTarget) -> [String] {
    let index = plan.targets.firstIndex(of: target) ?? 0
    var random = CounterRandom(seed: plan.budget.seed, purpose: "audit", stream: UInt64(index))
    let drawn = ledger.candidates(serving: target).map { (key: random.next(), digest: $0.digest) }
    return drawn.sorted { $0 < $1 }.prefix(plan.budget.audit).map(\.digest)
  }

  private func expectSurvivors(_ ledger: TrialLedger, rung: Int) throws(SearchError) {
    let pool = plan.targets.flatMap { self.pool(ledger, $0, rung: rung) }
    guard !pool.contains(where: { ledger.hasCompleted($0, rung: rung) }) else { return }
    throw everythingFailed(ledger, pool.map { ledger.searchTrial($0, rung: rung) })
  }

  /// - Parameter trials: The candidates' trainings, all of which diverged.
  func everythingFailed(_ ledger: TrialLedger, _ trials: [TrialIdentifier]) -> SearchError {
    let failed = trials.lazy.compactMap { trial -> String? in
      guard case .failed(let step, let reason) = ledger.outcome(trial)?.state else { return nil }
      return "\(ledger.member(trial.architectureDigest)?.name ?? "") at step \(step): \(reason)"
    }
    return SearchError(
      .everythingFailed,
      """
      every one of the candidates' \(Set(trials).count) trainings diverged, the first being \(failed.first ?? "none"); \
      a lower learning rate, a longer warm-up or gradient clipping may help
      """)
  }
}
