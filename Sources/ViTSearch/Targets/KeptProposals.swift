internal import ViTArchitecture
internal import ViTLatency
internal import ViTNumerics

/// Proposals of a sampler that learns, measured before they are trained: as `TargetKeeping` does for a plan.
struct KeptProposals: Sendable {
  let plan: StudyPlan
  let proposer: any CandidateProposer
  /// Nil where nothing can be measured, and proposals stand as they are.
  let measuring: (any LatencyMeasuring)?

  /// - Throws: What proposing and measuring throw.
  func members(
    _ proposal: StudyStep.Proposal, members: [PlannedMember], records: [TrialRecord]
  ) throws -> [PlannedMember] {
    guard let measuring, let reference = plan.members.first else {
      return try proposer.propose(proposal, members: members, measured: [], records: records)
    }
    var measured: [PlannedMember] = []
    for _ in 0..<TargetKeeping.rounds {
      var wanted = plan.targets.map { target in proposal.count - measured.count { keeps($0, target) } }
      guard wanted.contains(where: { $0 > 0 }) else { break }
      let proposed = try proposer.propose(proposal, members: members, measured: measured, records: records)
        .filter { member in
          guard let index = plan.targets.firstIndex(where: { member.targets.contains($0.label) }), wanted[index] > 0
          else { return false }
          wanted[index] -= 1
          return true
        }
      guard !proposed.isEmpty else { break }
      let series = try measuring.measure(
        proposed.map(\.architecture), beside: reference.architecture,
        budgetSeconds: TargetKeeping.secondsPerMember * Double(proposed.count)
      ) { _ in true }
      guard series.count == proposed.count else {
        throw SearchError(.badStudy, "\(proposed.count) latencies were to be measured, but \(series.count) came back")
      }
      for (var member, record) in zip(proposed, series) {
        let latency = record.rebased(onto: reference.latency.seconds).latency
        guard latency.value > 0, latency.value.isFinite else {
          throw SearchError(.badStudy, "the measured latency of \(member.name) is \(latency.value) s")
        }
        member.latency = Estimate(predictedSeconds: latency.value, uncertainty: latency.halfWidth ?? 0)
        measured.append(member)
      }
    }
    return plan.targets.flatMap { target in
      let own = measured.filter { $0.targets.contains(target.label) }
      let kept = own.filter { keeps($0, target) }
      let nearest = own.filter { !keeps($0, target) }
        .sorted { (distance($0, target), $0.digest) < (distance($1, target), $1.digest) }
      return (kept + nearest).prefix(proposal.count)
    }
  }

  private func keeps(_ member: PlannedMember, _ target: ResolvedTarget) -> Bool {
    member.targets.contains(target.label)
      && CandidateSelection.keeps(target, seconds: member.latency.seconds, tolerance: plan.budget.tolerance)
  }

  private func distance(_ member: PlannedMember, _ target: ResolvedTarget) -> Double {
    let ratio = member.latency.seconds / target.seconds
    return max(ratio, 1 / ratio)
  }
}
