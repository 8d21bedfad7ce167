/// What a study does next.
package enum StudyStep: Sendable {
  /// Candidates are to be proposed from what the first rung has shown so far.
  case propose(Proposal)
  /// Trainings are to be done, any number at a time.
  case train(Wave)

  /// A round of proposals.
  package struct Proposal: Hashable, Sendable {
    /// From 1; the plan holds the candidates of round 0.
    package var round: Int
    /// Candidates for each target.
    package var count: Int
  }

  /// Trainings none of which depends on another.
  package struct Wave: Sendable {
    package var phase: StudyPhase
    /// The rung that the trainings lead to.
    package var rung: Int
    /// What is left to do, in order.
    package var requests: [TrialRequest]
    /// Trials whose training states are still needed, for this wave or a later one.
    package var states: Set<TrialIdentifier>
  }
}
