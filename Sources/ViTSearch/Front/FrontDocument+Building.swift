internal import ViTArchitecture
package import ViTLatency
internal import ViTNumerics

extension FrontDocument {
  /// Puts together what a study found.
  ///
  /// - Parameters:
  ///   - outcome: Its plan, members and finished trials.
  ///   - measured: Measured latencies by digest. Either all members that can be on the front have one, or none.
  package init(_ outcome: StudyOutcome, measured: [String: LatencyRecord]) {
    let plan = outcome.ledger.plan
    let objective: Objective = plan.trains ? .validationAccuracy : .multiplyAccumulates
    var entries = outcome.finalists.map { FrontEntry($0, outcome.ledger, measured: measured[$0.digest]) }
    entries.sort { ($0.latencySeconds, $0.name) < ($1.latencySeconds, $1.name) }

    let points = entries.map { TradeOff(latencySeconds: $0.latencySeconds, value: $0.value(objective)) }
    let front = ParetoFront.indices(points)
    for index in front { entries[index].isOnFront = true }
    for index in entries.indices {
      let digest = entries[index].digest
      entries[index].isWinner = outcome.isWinner(digest)
      guard entries[index].isKept else { continue }
      entries[index].configFile = "configs/\(outcome.ledger.member(digest)?.fileName ?? entries[index].name).json"
    }
    for index in front {
      entries[index].weightsFile = entries[index].validation?.medianSeed.map { seed in
        "weights/\(outcome.ledger.finalTrial(entries[index].digest, seed: seed).weightsFileName)"
      }
    }
    FrontDocument.compareWithBaselines(&entries)
    self.init(
      study: plan.name, objective: objective, latencySource: plan.latencySource, targets: plan.targets,
      hypervolume: Hypervolume(entries, objective, outcome), comparisons: outcome.comparisons(entries),
      knee: KneePoint.index(front.map { points[$0] }).map { entries[front[$0]].name }, arms: outcome.arms,
      rungs: plan.budget.rungs, audit: outcome.audit, entries: entries, trajectories: outcome.trajectories,
      notes: plan.notes + FrontDocument.notes(entries, plan))
    answers = FrontAnswers.lines(self)
  }

  /// The baselines that were trained, as comparisons need them.
  static func references(_ entries: [FrontEntry]) -> [(name: String, reference: BaselineComparison.Reference)] {
    entries.filter { $0.role == .baseline }.compactMap { entry in
      entry.validation?.interval.map { (entry.name, .init(latencySeconds: entry.latencySeconds, accuracy: $0)) }
    }
  }

  private static func compareWithBaselines(_ entries: inout [FrontEntry]) {
    let references = references(entries).map(\.reference)
    for index in entries.indices where entries[index].role != .baseline {
      guard let own = entries[index].validation?.interval,
        let contrast = BaselineComparison.difference(
          of: own, at: entries[index].latencySeconds, from: references)
      else { continue }
      let fewest = references.map(\.accuracy.count).min() ?? own.count
      entries[index].fromBaselines = Difference(contrast, seeds: min(own.count, fewest))
      entries[index].probabilityAboveBaselines = contrast.probabilityAboveZero
    }
  }

  private static func notes(_ entries: [FrontEntry], _ plan: StudyPlan) -> [String] {
    guard plan.trains else {
      return ["nothing was trained: the front shows predicted latency against multiply-accumulates, not accuracy"]
    }
    return entries.filter { $0.failedTrials > 0 }.map { entry in
      let completed = entry.validation?.trials.count ?? 0
      let count = "\(entry.failedTrials) of \(completed + entry.failedTrials) trainings diverged"
      return entry.validation == nil
        ? "\(entry.name): \(count); it is left out" : "\(entry.name): \(count); its mean is over the others"
    }
  }
}

extension FrontDocument.Hypervolume {
  fileprivate init(_ entries: [FrontEntry], _ objective: FrontDocument.Objective, _ outcome: StudyOutcome) {
    let reference = TradeOff(
      latencySeconds: 1.1 * (entries.map(\.latencySeconds).max() ?? 0), value: Self.referenceValue(entries, objective))
    func area(_ entries: [FrontEntry]) -> Double {
      ParetoFront.hypervolume(
        entries.map { TradeOff(latencySeconds: $0.latencySeconds, value: $0.value(objective)) }, reference: reference)
    }
    let candidates = entries.filter { outcome.represents(.search, $0.digest) }
    let random = entries.filter { outcome.represents(.randomSearch, $0.digest) }
    let baselines = entries.filter { $0.role == .baseline }
    self.init(
      referenceLatencySeconds: reference.latencySeconds, referenceValue: reference.value, front: area(entries),
      candidates: Estimate(area(candidates)), baselines: Estimate(area(baselines)))
    if !random.isEmpty { randomSearch = Estimate(area(random)) }
    guard objective == .validationAccuracy else { return }

    func draws(_ entries: [FrontEntry], stream: UInt64) -> HypervolumeDraws {
      let members = entries.compactMap { entry in
        entry.validation?.interval.map {
          HypervolumeDraws.Member(latencySeconds: entry.latencySeconds, accuracy: $0)
        }
      }
      return HypervolumeDraws(members, reference: reference, seed: outcome.ledger.plan.budget.seed, stream: stream)
    }
    let own = draws(candidates, stream: 0)
    let baselineDraws = draws(baselines, stream: 1)
    self.candidates.interval = own.estimate.interval
    self.baselines.interval = baselineDraws.estimate.interval
    if !baselines.isEmpty { probabilityAboveBaselines = own.probability(above: baselineDraws) }
    guard !random.isEmpty else { return }
    let randomDraws = draws(random, stream: 2)
    randomSearch?.interval = randomDraws.estimate.interval
    probabilityAboveRandomSearch = own.probability(above: randomDraws)
  }

  /// From chance level, nearly all of the area would lie below every member, and the fastest of them would decide.
  private static func referenceValue(_ entries: [FrontEntry], _ objective: FrontDocument.Objective) -> Double {
    guard objective == .validationAccuracy else { return 0 }
    let accuracies = entries.compactMap { $0.validation?.mean }
    guard let worst = accuracies.min(), let best = accuracies.max(), best > worst else {
      return 1 / Double(max(entries.map(\.architecture.classCount).max() ?? 1, 1))
    }
    return worst - 0.1 * (best - worst)
  }
}

extension FrontEntry {
  fileprivate init(_ member: PlannedMember, _ ledger: TrialLedger, measured: LatencyRecord?) {
    let outcomes = ledger.plan.trainingSeeds.compactMap { seed in
      ledger.outcome(ledger.finalTrial(member.digest, seed: seed)).map { (seed: seed, outcome: $0) }
    }
    let completed = outcomes.filter { $0.outcome.state == .completed }
    self.init(
      name: member.name, role: member.role, digest: member.digest, targets: member.targets, values: member.values,
      parameters: member.architecture.parameterCount,
      multiplyAccumulates: member.architecture.multiplyAccumulates, predictedLatency: member.latency,
      measuredLatency: measured,
      validation: AccuracySummary(completed.map { .init(seed: $0.seed, accuracy: $0.outcome.validationAccuracy) }),
      failedTrials: outcomes.count - completed.count, architecture: member.architecture)
  }

  /// Whether its configuration is kept and it is scored on the test split.
  var isKept: Bool { isOnFront || isWinner || role == .baseline }

  /// What the front is to make large; not a number for a member without a completed training.
  package func value(_ objective: FrontDocument.Objective) -> Double {
    switch objective {
    case .validationAccuracy: validation?.mean ?? .nan
    case .multiplyAccumulates: Double(multiplyAccumulates)
    }
  }
}
