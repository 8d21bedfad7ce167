internal import ViTNumerics

/// Independent uniform points: what every other sampler has to beat.
///
/// The points do not depend on the outcomes, so 50 points are 25 and 25 more.
package struct RandomSampler: Sampler {
  package init() {}

  package func propose(count: Int, history: [Observation], problem: SamplingProblem) throws -> [[Double]] {
    var proposals = try ProposalList(count: count, history: history, problem: problem)
    proposals.take { index in
      var random = CounterRandom(seed: problem.seed, purpose: "draw", stream: UInt64(index))
      return problem.axes.map { _ in random.uniform() }
    }
    proposals.complete()
    return proposals.points
  }
}
