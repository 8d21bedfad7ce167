internal import ViTArchitecture
internal import ViTNumerics

extension FrontDocument {
  /// Puts together what a study found.
  ///
  /// - Parameters:
  ///   - plan: Its members and targets.
  ///   - records: Its finished trials.
  ///   - measured: Measured latencies by digest. Either all members that can be on the front have one, or none.
  init(plan: StudyPlan, records: [TrialRecord], measured: [String: LatencyRecord]) {
    let objective: Objective = plan.trains ? .validationAccuracy : .multiplyAccumulates
    var entries = plan.members.map { FrontEntry($0, records: records, plan: plan, measured: measured[$0.digest]) }
    entries.sort { ($0.latencySeconds, $0.name) < ($1.latencySeconds, $1.name) }

    let points = entries.map { TradeOff(latencySeconds: $0.latencySeconds, value: $0.value(objective)) }
    for index in ParetoFront.indices(points) {
      entries[index].isOnFront = true
      entries[index].configFile = "configs/\(plan.fileName(of: entries[index])).json"
    }
    for index in entries.indices where entries[index].role == .baseline {
      entries[index].configFile = "configs/\(plan.fileName(of: entries[index])).json"
    }
    for index in entries.indices where entries[index].isOnFront {
      entries[index].weightsFile = entries[index].validation?.medianSeed.map { seed in
        let trial = TrialIdentifier(architectureDigest: entries[index].digest, seed: seed)
        return "weights/\(trial.weightsFileName)"
      }
    }
    FrontDocument.compareWithBaselines(&entries)
    self.init(
      study: plan.name, objective: objective, latencySource: plan.latencySource, targets: plan.targets,
      hypervolume: Hypervolume(entries, points, objective), entries: entries,
      notes: plan.notes + FrontDocument.notes(entries, plan))
  }

  private static func compareWithBaselines(_ entries: inout [FrontEntry]) {
    let references = entries.filter { $0.role == .baseline }.compactMap { entry in
      entry.validation?.interval.map {
        BaselineComparison.Reference(latencySeconds: entry.latencySeconds, accuracy: $0)
      }
    }
    for index in entries.indices where entries[index].role == .candidate {
      entries[index].probabilityAboveBaselines = entries[index].validation?.interval.flatMap {
        BaselineComparison.probability(that: $0, at: entries[index].latencySeconds, beats: references)
      }
    }
  }

  private static func notes(_ entries: [FrontEntry], _ plan: StudyPlan) -> [String] {
    guard plan.trains else {
      return ["nothing was trained: the front shows predicted latency against multiply-accumulates, not accuracy"]
    }
    return entries.filter { $0.failedTrials > 0 }.map { entry in
      let count = "\(entry.failedTrials) of \(plan.trainingSeeds.count) trainings diverged"
      return entry.validation == nil
        ? "\(entry.name): \(count); it is left out" : "\(entry.name): \(count); its mean is over the others"
    }
  }
}

extension FrontDocument.Hypervolume {
  fileprivate init(_ entries: [FrontEntry], _ points: [TradeOff], _ objective: FrontDocument.Objective) {
    let slowest = points.map(\.latencySeconds).max() ?? 0
    let classes = entries.map(\.architecture.classCount).max() ?? 1
    let reference = TradeOff(
      latencySeconds: 1.1 * slowest, value: objective == .validationAccuracy ? 1 / Double(max(classes, 1)) : 0)
    func area(_ roles: Set<MemberRole>) -> Double {
      let chosen = zip(entries, points).filter { roles.contains($0.0.role) }.map(\.1)
      return ParetoFront.hypervolume(chosen, reference: reference)
    }
    self.init(
      referenceLatencySeconds: reference.latencySeconds, referenceValue: reference.value,
      front: area([.baseline, .candidate]), candidates: area([.candidate]), baselines: area([.baseline]))
  }
}

extension FrontEntry {
  fileprivate init(_ member: PlannedMember, records: [TrialRecord], plan: StudyPlan, measured: LatencyRecord?) {
    let own = records.filter { $0.identifier.architectureDigest == member.digest }
    let trials = plan.trainingSeeds.compactMap { seed in
      own.first { $0.identifier.seed == seed && $0.outcome.state == .completed }.map {
        AccuracySummary.Trial(seed: seed, accuracy: $0.outcome.validationAccuracy)
      }
    }
    self.init(
      name: member.name, role: member.role, digest: member.digest, targets: member.targets, values: member.values,
      parameters: member.architecture.parameterCount,
      multiplyAccumulates: member.architecture.multiplyAccumulates, predictedLatency: member.latency,
      measuredLatency: measured, validation: AccuracySummary(trials),
      failedTrials: own.count { $0.outcome.state != .completed }, architecture: member.architecture)
  }

  /// What the front is to make large; not a number for a member without a completed training.
  public func value(_ objective: FrontDocument.Objective) -> Double {
    switch objective {
    case .validationAccuracy: validation?.mean ?? .nan
    case .multiplyAccumulates: Double(multiplyAccumulates)
    }
  }
}

extension StudyPlan {
  fileprivate func fileName(of entry: FrontEntry) -> String { member(entry.digest)?.fileName ?? entry.name }
}
