/// What a study does next.
public enum StudyStep: Sendable {
  /// Candidates are to be proposed from what the first rung has shown so far.
  case propose(Proposal)
  /// Trainings are to be done, any number at a time.
  case train(Wave)

  /// A round of proposals.
  public struct Proposal: Hashable, Sendable {
    /// From 1; the plan holds the candidates of round 0.
    public var round: Int
    /// Candidates for each target.
    public var count: Int
  }

  /// Trainings none of which depends on another.
  public struct Wave: Sendable {
    public var phase: StudyPhase
    /// The rung that the trainings lead to.
    public var rung: Int
    /// What is left to do, in order.
    public var requests: [TrialRequest]
    /// Trials whose training states are still needed, for this wave or a later one.
    public var states: Set<TrialIdentifier>
  }
}
