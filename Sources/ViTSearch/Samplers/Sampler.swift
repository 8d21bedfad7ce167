/// Proposes points of a space to be tried.
///
/// Every implementation promises:
/// - `propose` is a function of the sampler's settings, the problem with its seed, and the history. A study that was
///   stopped goes on with what it would have proposed, given the same history and asked for as many points at a time.
///   (A sampler may remember what it computed, but only to be faster.)
/// - Every point has one coordinate in [0, 1) for each axis. On an axis with finitely many values it is the middle of
///   the value's share, so that equal values mean equal points.
/// - Every point is feasible, and none has the key of another one, of one in the history, or of one that the problem
///   excludes.
/// - Fewer points than asked for mean that there are no more: all have been tried, where the space has at most
///   `SamplingProblem.enumerableCardinality` points; else no new feasible one was found in ten thousand attempts.
/// - Failed trials count as tried, and as worse than any other. A history from elsewhere (another sampler, points off
///   the middle of their values, infeasible ones) is accepted.
/// - It may be called from any thread, and draws random numbers by key only, so that results do not depend on threads.
package protocol Sampler: Sendable {
  /// - Parameters:
  ///   - count: How many points are wanted.
  ///   - history: All trials so far, in the order in which they were proposed.
  ///   - problem: The space and its constraints.
  /// - Returns: At most `count` points.
  /// - Throws: `SearchError` when the history does not fit the problem, or the sampler cannot handle it.
  func propose(count: Int, history: [Observation], problem: SamplingProblem) throws -> [[Double]]
}

/// A finished trial, as a sampler sees it.
package struct Observation: Hashable, Sendable {
  /// One coordinate for each axis.
  package var point: [Double]
  /// What it gave, each to be small; nil when it failed.
  package var objectives: [Double]?

  package init(point: [Double], objectives: [Double]?) {
    self.point = point
    self.objectives = objectives
  }
}
