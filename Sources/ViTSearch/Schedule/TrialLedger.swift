package import ViTLatency
package import ViTNumerics

/// A study's members and finished trials, for looking up.
package struct TrialLedger {
  let plan: StudyPlan
  let members: [PlannedMember]
  private let byDigest: [String: PlannedMember]
  private let outcomes: [TrialIdentifier: TrialOutcome]

  package init(_ plan: StudyPlan, members: [PlannedMember], records: [TrialRecord]) {
    self.plan = plan
    self.members = members
    byDigest = Dictionary(members.map { ($0.digest, $0) }) { first, _ in first }
    outcomes = Dictionary(records.map { ($0.identifier, $0.outcome) }) { first, _ in first }
  }

  func member(_ digest: String) -> PlannedMember? { byDigest[digest] }

  var baselines: [PlannedMember] { members.filter { $0.role == .baseline } }

  /// The search's candidates, those of one round or all.
  package func candidates(round: Int? = nil) -> [PlannedMember] {
    members.filter { $0.role == .candidate && (round == nil || $0.round == round) }
  }

  /// The search's candidates for a target.
  package func candidates(serving target: ResolvedTarget) -> [PlannedMember] {
    candidates().filter { $0.targets.contains(target.label) }
  }

  func outcome(_ identifier: TrialIdentifier) -> TrialOutcome? { outcomes[identifier] }

  /// What the training with the search's seed gave at a rung.
  func searchOutcome(_ digest: String, rung: Int) -> TrialOutcome? { outcome(searchTrial(digest, rung: rung)) }

  package func hasCompleted(_ digest: String, rung: Int) -> Bool {
    searchOutcome(digest, rung: rung)?.state == .completed
  }

  func searchTrial(_ digest: String, rung: Int) -> TrialIdentifier {
    TrialIdentifier(architectureDigest: digest, seed: plan.searchSeed, rung: rung)
  }

  func finalTrial(_ digest: String, seed: UInt64) -> TrialIdentifier {
    TrialIdentifier(architectureDigest: digest, seed: seed, rung: plan.lastRung)
  }

  /// The accuracies of a member's completed trainings in the final, with the first so many seeds; nil for none.
  package func finalAccuracy(_ digest: String, seeds: Int) -> MeanInterval? {
    MeanInterval(
      plan.trainingSeeds.prefix(seeds).compactMap { seed in
        outcome(finalTrial(digest, seed: seed)).flatMap { $0.state == .completed ? $0.validationAccuracy : nil }
      })
  }

  /// The wave of those trainings that are not finished; nil where all are.
  ///
  /// - Parameter states: Trials whose training states later waves need.
  func wave(
    _ phase: StudyPhase, rung: Int, _ requests: [TrialRequest], states: Set<TrialIdentifier> = []
  ) -> StudyStep.Wave? {
    let left = requests.filter { outcome($0.identifier) == nil }
    guard !left.isEmpty else { return nil }
    return StudyStep.Wave(phase: phase, rung: rung, requests: left, states: states)
  }
}
