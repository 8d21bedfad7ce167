/// Proposes further candidates from what the first rung has shown, for samplers that learn.
///
/// Implementations are functions of the plan and of their arguments alone: a study that is resumed gets the same
/// candidates.
package protocol CandidateProposer: Sendable {
  /// - Parameters:
  ///   - proposal: Which round, and how many candidates for each target.
  ///   - members: All members so far, in the order added.
  ///   - measured: Candidates that were proposed and measured since; they are not proposed again, and the latency of others
  ///     is judged by theirs.
  ///   - records: All finished trials.
  /// - Returns: New members, none of which is among `members` or `measured`; empty when the space gives none.
  func propose(
    _ proposal: StudyStep.Proposal, members: [PlannedMember], measured: [PlannedMember],
    records: [TrialRecord]
  ) throws -> [PlannedMember]
}
