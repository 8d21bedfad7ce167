/// A sampler whose points are a sequence that depends on the seed alone, whatever the trials gave.
///
/// A search that does not learn draws the sequence as it is, all at once: `CandidateDrawing` keeps of its beginning
/// what `propose` would propose, in the same order. So 50 points are 25 and 25 more.
package protocol SequenceSampler: Sampler {
  /// The first points of the sequence, not moved to the middle of their values; more begin with the same ones.
  ///
  /// - Returns: `count` points of one coordinate in [0, 1) for each dimension.
  func points(count: Int, dimensions: Int, seed: UInt64) throws -> [[Double]]
}

extension SequenceSampler {
  package func propose(count: Int, history: [Observation], problem: SamplingProblem) throws -> [[Double]] {
    var proposals = try ProposalList(count: count, history: history, problem: problem)
    try fill(&proposals, problem: problem)
    proposals.complete()
    return proposals.points
  }

  /// Offers the sequence from its start. A list that wants the first n feasible points gets those, whatever is asked
  /// for afterwards.
  fileprivate func fill(_ proposals: inout ProposalList, problem: SamplingProblem) throws {
    var points: [[Double]] = []
    try proposals.take { index in
      if index == points.count {
        points = try self.points(
          count: max(64, 2 * points.count), dimensions: problem.axes.count, seed: problem.seed)
      }
      return points[index]
    }
  }
}

extension ProposalList {
  /// A list that begins with the first new points of the scrambled Sobol sequence, as it does for samplers that have
  /// too little to learn from.
  ///
  /// - Parameter missing: How many such points, at most `count`; none if it is not positive.
  init(count: Int, history: [Observation], problem: SamplingProblem, beginning missing: Int) throws {
    try self.init(count: count, history: history, problem: problem)
    guard missing > 0 else { return }
    var first = try ProposalList(count: min(count, missing), history: history, problem: problem)
    try SobolSampler().fill(&first, problem: problem)
    for point in first.points { offer(point) }
  }
}
