internal import ViTArchitecture
package import ViTLatency
internal import ViTNumerics

extension FrontDocument {
  /// Puts together what a study found.
  ///
  /// - Parameters:
  ///   - outcome: Its plan, members and finished trials.
  ///   - measured: Measured latencies by digest. Either all members that can be on the front have one, or none.
  ///   - images: How many images accuracies are shares of; nil where that is not known.
  ///   - tests: Accuracies on the test images by digest, where they are known already.
  package init(
    _ outcome: StudyOutcome, measured: [String: LatencyRecord], images: ImageCounts? = nil,
    tests: [String: AccuracySummary] = [:]
  ) {
    let plan = outcome.ledger.plan
    let objective: Objective = plan.trains ? .validationAccuracy : .multiplyAccumulates
    var entries = outcome.finalists.map {
      FrontEntry($0, outcome, measured: measured[$0.digest], images: images, test: tests[$0.digest])
    }
    let targets = plan.targets(measured: measured.mapValues(\.seconds))
    for index in entries.indices {
      guard entries[index].role != .baseline, let seconds = entries[index].measuredLatency?.seconds else { continue }
      let misses = targets.filter { entries[index].targets.contains($0.label) }
        .compactMap { TargetMiss($0, measuredSeconds: seconds, tolerance: plan.budget.tolerance) }
      entries[index].misses = misses.isEmpty ? nil : misses
    }
    entries.sort { ($0.latencySeconds, $0.name) < ($1.latencySeconds, $1.name) }

    let points = entries.map { TradeOff(latencySeconds: $0.latencySeconds, value: $0.value(objective)) }
    let front = ParetoFront.indices(points)
    for index in front { entries[index].isOnFront = true }
    for index in entries.indices {
      let digest = entries[index].digest
      entries[index].isWinner = outcome.isChosen(digest)
      guard entries[index].isKept else { continue }
      entries[index].configFile = "configs/\(outcome.ledger.member(digest)?.fileName ?? entries[index].name).json"
    }
    for index in front {
      entries[index].weightsFile = entries[index].validation?.medianSeed.map { seed in
        "weights/\(outcome.ledger.finalTrial(entries[index].digest, seed: seed).weightsFileName)"
      }
    }
    self.init(
      study: plan.name, objective: objective, latencySource: plan.latencySource, targets: targets,
      knee: KneePoint.index(front.map { points[$0] }).map { entries[front[$0]].name }, arms: outcome.arms,
      rungs: plan.budget.rungs, audit: outcome.audit, entries: entries, trajectories: outcome.trajectories,
      notes: plan.notes + FrontDocument.notes(entries, plan))
    self.images = plan.trains ? images : nil
    conclude(outcome)
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

extension FrontEntry {
  fileprivate init(
    _ member: PlannedMember, _ outcome: StudyOutcome, measured: LatencyRecord?, images: ImageCounts?,
    test: AccuracySummary?
  ) {
    let ledger = outcome.ledger
    let outcomes = ledger.plan.trainingSeeds.compactMap { seed in
      ledger.outcome(ledger.finalTrial(member.digest, seed: seed)).map { (seed: seed, outcome: $0) }
    }
    let completed = outcomes.filter { $0.outcome.state == .completed }
    self.init(
      name: member.name, role: outcome.role(member), digest: member.digest, targets: outcome.targets(member),
      values: member.values,
      parameters: member.architecture.parameterCount,
      multiplyAccumulates: member.architecture.multiplyAccumulates, predictedLatency: member.latency,
      measuredLatency: measured,
      validation: AccuracySummary(
        completed.map { .init(seed: $0.seed, accuracy: $0.outcome.validationAccuracy) }, images: images?.validation),
      test: test,
      failedTrials: outcomes.count - completed.count, architecture: member.architecture)
  }

  /// Whether its configuration is kept and it is scored on the test split.
  var isKept: Bool { isOnFront || isWinner || role != .candidate }

  /// What the front is to make large; not a number for a member without a completed training.
  package func value(_ objective: FrontDocument.Objective) -> Double {
    switch objective {
    case .validationAccuracy: validation?.mean ?? .nan
    case .multiplyAccumulates: Double(multiplyAccumulates)
    }
  }
}
