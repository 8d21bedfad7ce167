internal import ViTNumerics

/// Scrambled Sobol points, which fill the space more evenly than random ones.
///
/// The points do not depend on the outcomes, so 50 points are 25 and 25 more.
package struct SobolSampler: Sampler {
  package init() {}

  package func propose(count: Int, history: [Observation], problem: SamplingProblem) throws -> [[Double]] {
    var proposals = try ProposalList(count: count, history: history, problem: problem)
    try SobolSampler.fill(&proposals, problem: problem)
    proposals.complete()
    return proposals.points
  }

  /// Offers the first `count` new points of the sequence, with which samplers begin that have too little to learn from.
  static func begin(
    _ proposals: inout ProposalList, count: Int, history: [Observation], problem: SamplingProblem
  ) throws {
    var first = try ProposalList(count: count, history: history, problem: problem)
    try fill(&first, problem: problem)
    for point in first.points { proposals.offer(point) }
  }

  /// Offers the sequence from its start. A list that wants the first n feasible points gets those, whatever is asked
  /// for afterwards.
  private static func fill(_ proposals: inout ProposalList, problem: SamplingProblem) throws {
    var points: [[Double]] = []
    try proposals.take { index in
      if index == points.count {
        points = try SobolSequence.points(
          count: max(64, 2 * points.count), dimensions: problem.axes.count, seed: problem.seed)
      }
      return points[index]
    }
  }
}
