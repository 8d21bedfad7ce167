internal import ViTArchitecture
package import ViTLatency
internal import ViTNumerics

/// Proposes candidates by a sampler that learns from the accuracies at the first rung.
///
/// Each target asks the sampler for its own: a point is feasible if its architecture meets the constraints, is no
/// member yet and has a predicted latency in the target's window; otherwise it violates by its distance from the window.
/// What the sampler learns from are the candidates of all targets.
package struct SamplerProposer: CandidateProposer {
  private let plan: StudyPlan
  private let problem: SearchProblem
  private let predictor: any LatencyPredictor
  private let costing: CandidateCosting
  private let sampler: any Sampler

  /// - Parameters:
  ///   - problem: The one that the plan was made of.
  ///   - predictor: Gives the latencies that the plan's members have.
  /// - Throws: `SearchError` when it gives others, so that candidates would not be those of the study that began.
  package init(plan: StudyPlan, problem: SearchProblem, predictor: any LatencyPredictor) throws {
    for member in plan.members {
      let latency = try? predictor.latency(of: member.architecture)
      guard latency == member.latency else {
        throw SearchError(
          .spaceChanged,
          """
          the latency model gives \(latency.map { ReadableNumber.latency($0.seconds) } ?? "no latency") for \
          \(member.name), but \(ReadableNumber.latency(member.latency.seconds)) when the study was started; \
          go on with the same model, or start anew
          """)
      }
    }
    self.plan = plan
    self.problem = problem
    self.predictor = predictor
    costing = CandidateCosting(problem.rule, predictor: predictor)
    sampler = plan.budget.sampler.strategy
  }

  package func propose(
    _ proposal: StudyStep.Proposal, members: [PlannedMember], measured: [PlannedMember],
    records: [TrialRecord]
  ) throws -> [PlannedMember] {
    let (predictor, costing) = try corrected(by: members + measured)
    let ledger = TrialLedger(plan, members: members, records: records)
    let history = ledger.candidates().map { member in
      let outcome = ledger.searchOutcome(member.digest, rung: 0)
      return Observation(
        point: member.point,
        objectives: outcome?.state == .completed
          ? [member.latency.seconds, -(outcome?.validationAccuracy ?? 0)] : nil)
    }
    var taken = Set((members + measured).map { key(of: $0.architecture) })
    var proposed: [PlannedMember] = []
    for (index, target) in plan.targets.enumerated() {
      let points = try sampler.propose(
        count: proposal.count, history: history, problem: sampling(target, index: index, taken, costing))
      for point in points {
        let candidate = try problem.candidate(at: point, predictor: predictor)
        guard taken.insert(key(of: candidate.architecture)).inserted else { continue }
        proposed.append(PlannedMember(candidate, for: target, round: proposal.round))
      }
    }
    return proposed
  }

  /// The predictor as corrected by members that take another time than it says: those measured since the plan was made.
  private func corrected(by members: [PlannedMember]) throws -> (any LatencyPredictor, CandidateCosting) {
    let news = members.filter { $0.role != .baseline && (try? predictor.latency(of: $0.architecture)) != $0.latency }
    guard !news.isEmpty else { return (predictor, costing) }
    let corrected = try predictor.corrected(by: news.map { ($0.architecture, $0.latency) })
    return (corrected, CandidateCosting(problem.rule, predictor: corrected))
  }

  private func sampling(
    _ target: ResolvedTarget, index: Int, _ taken: Set<SamplingProblem.Key>, _ costing: CandidateCosting
  ) -> SamplingProblem {
    let window = target.seconds * (1 - plan.budget.tolerance)...target.seconds
    let constraints = problem.constraints
    // Targets have seeds of their own, or all would try the same points.
    var seeds = CounterRandom(seed: plan.budget.seed, purpose: "proposals", stream: UInt64(index))
    var sampling = SamplingProblem(axes: problem.axes, seed: seeds.next(), objectiveCount: 2) { point in
      var member = costing.makeMember()
      guard costing.find(at: point, &member), let cost = costing.cost(of: member) else {
        return .infeasible(violation: .infinity)
      }
      let broken = constraints.reduce(0) { $0 + $1.violation(cost) }
      let seconds = cost.latencySeconds
      let distance = max(window.lowerBound - seconds, seconds - window.upperBound, 0) / target.seconds
      guard broken == 0, distance == 0 else { return .infeasible(violation: broken + distance) }
      return .feasible(key: SamplerProposer.key(member.key))
    }
    sampling.excludedKeys = taken
    return sampling
  }

  private static func key(_ key: ArchitectureKey) -> SamplingProblem.Key {
    [Int(truncatingIfNeeded: key.words.low), Int(truncatingIfNeeded: key.words.high)]
  }

  /// A baseline of another shape is like no candidate.
  private func key(of architecture: Architecture) -> SamplingProblem.Key {
    costing.key(of: architecture).map { SamplerProposer.key($0) } ?? architecture.digest.utf8.map { Int($0) }
  }
}
