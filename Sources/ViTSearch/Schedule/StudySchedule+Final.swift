package import ViTLatency
internal import ViTNumerics

extension StudySchedule {
  /// The trainings of the final that are left, or nil.
  func finalWave(_ ledger: TrialLedger) throws(SearchError) -> StudyStep.Wave? {
    let members = finalists(ledger)
    var counts = Dictionary(members.map { ($0.digest, plan.finalSeeds.lowerBound) }) { first, _ in first }
    while true {
      if let wave = wave(ledger, members, counts) { return wave }
      let candidates = members.filter { $0.role != .baseline }
      guard candidates.contains(where: { ledger.finalAccuracy($0.digest, seeds: plan.finalSeeds.upperBound) != nil })
      else {
        throw everythingFailed(
          ledger,
          candidates.flatMap { member in
            plan.trainingSeeds.prefix(counts[member.digest] ?? 0).map { ledger.finalTrial(member.digest, seed: $0) }
          })
      }
      let growing = undecided(ledger, counts).filter { (counts[$0] ?? 0) < plan.finalSeeds.upperBound }
      guard !growing.isEmpty else { return nil }
      for digest in growing { counts[digest, default: 0] += 1 }
    }
  }

  /// Every member with the first seed, then every member with the second, so that a study that is cut short can
  /// compare all members.
  private func wave(
    _ ledger: TrialLedger, _ members: [PlannedMember], _ counts: [String: Int]
  ) -> StudyStep.Wave? {
    let requests = plan.trainingSeeds.enumerated().flatMap { index, seed in
      members.filter { (counts[$0.digest] ?? 0) > index }.map { member in
        TrialRequest(
          identifier: ledger.finalTrial(member.digest, seed: seed), architecture: member.architecture, phase: .final,
          endShare: 1, keepsWeights: true)
      }
    }
    return ledger.wave(.final, rung: plan.lastRung, requests)
  }

  /// The members of the final: the baselines, the candidates that the search ends with, and random search's winners.
  func finalists(_ ledger: TrialLedger) -> [PlannedMember] {
    guard plan.hasSearch else { return ledger.members.filter { $0.role != .randomSearch } }
    let found = plan.targets.flatMap { pool(ledger, $0, rung: plan.lastRung + 1) }.compactMap { ledger.member($0) }
    let random = plan.targets.compactMap { randomWinner(ledger, $0) }
    var seen: Set<String> = []
    return (ledger.baselines + found + random).filter { seen.insert($0.digest).inserted }
  }

  /// The one candidate for each target that is compared with baselines and random search: the first by the search's
  /// own trainings. Without a search it is the most accurate of the final, whom its luck favours.
  package func winner(_ ledger: TrialLedger, _ target: ResolvedTarget, seeds: (String) -> Int) -> PlannedMember? {
    if plan.hasSearch { return pool(ledger, target, rung: plan.lastRung + 1).first.flatMap { ledger.member($0) } }
    let scored = ledger.candidates(serving: target).compactMap { member in
      ledger.finalAccuracy(member.digest, seeds: seeds(member.digest)).map { (member, $0.mean) }
    }
    return scored.min { ($1.1, $0.0.latency.seconds, $0.0.digest) < ($0.1, $1.0.latency.seconds, $1.0.digest) }?.0
  }

  /// The members of comparisons that neither side has won yet, by the seeds that every member has had so far.
  ///
  /// Latencies are the predicted ones, since those of the final are measured once it has ended.
  private func undecided(_ ledger: TrialLedger, _ counts: [String: Int]) -> Set<String> {
    func accuracy(_ digest: String) -> MeanInterval? {
      counts[digest].flatMap { ledger.finalAccuracy(digest, seeds: $0) }
    }
    let baselines = ledger.baselines.filter { accuracy($0.digest) != nil }
    var members: Set<String> = []
    for target in plan.targets {
      guard let winner = winner(ledger, target, seeds: { counts[$0] ?? 0 }), let own = accuracy(winner.digest) else {
        continue
      }
      let shares = BaselineComparison.shares(
        at: winner.latency.seconds, latencies: baselines.map(\.latency.seconds)
      ) { accuracy(baselines[$0].digest)?.mean ?? 0 }
      func isOpen(_ others: [(share: Double, digest: String)]) -> Bool {
        let terms = others.compactMap { other in accuracy(other.digest).map { (-other.share, $0) } }
        guard let contrast = MeanContrast([(1, own)] + terms) else { return true }
        return !Verdict.isDecidedEarly(contrast.probabilityAboveZero)
      }
      let curve = shares.map { (share: $0.share, digest: baselines[$0.index].digest) }
      if !curve.isEmpty, isOpen(curve) { members.formUnion([winner.digest] + curve.map(\.digest)) }
      if let random = randomWinner(ledger, target), random.digest != winner.digest, accuracy(random.digest) != nil,
        isOpen([(1, random.digest)])
      {
        members.formUnion([winner.digest, random.digest])
      }
    }
    return members
  }
}
