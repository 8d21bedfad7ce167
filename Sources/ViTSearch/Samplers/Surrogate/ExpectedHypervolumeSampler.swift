/// Bayesian optimisation: a Gaussian process for each objective, and points where the hypervolume of the front is
/// expected to grow most.
///
/// The first trials are the beginning of the scrambled Sobol sequence. Of several points asked for at a time, the
/// second is chosen as if the first had given what was predicted, and so on. The front is the one of the predicted
/// means, so that a lucky training does not count as good for ever. Failed trials count as the worst value seen.
///
/// Handles one to three objectives and is meant for some hundred trials: one proposal takes O(n³) steps.
///
/// - Source: Emmerich, Giannakoglou and Naujoks, "Single- and multiobjective evolutionary optimization assisted by
///   Gaussian random field metamodels", IEEE TEC 10 (2006).
package struct ExpectedHypervolumeSampler: LearningSampler {
  /// Trials before the first model; nil means two more than twice the number of axes, and 10 to 64.
  package var initialCount: Int?
  private let memory = HyperparameterMemory()

  package init() {}

  func learn(count: Int, history: [Observation], problem: SamplingProblem) throws -> [[Double]] {
    guard (1...3).contains(problem.objectiveCount) else {
      throw SearchError(
        .badSpace,
        "the sampler ehvi handles 1 to 3 objectives, and the problem has \(problem.objectiveCount); nsga-ii handles more"
      )
    }
    let initial = initialCount ?? min(max(2 * problem.axes.count + 2, 10), 64)
    let trials = ModelledTrials(history, problem: problem)
    let missing = initial - history.count
    var proposals = try ProposalList(
      count: count, history: history, problem: problem, beginning: missing > 0 && trials == nil ? count : missing)
    if !proposals.isFull, let trials {
      let hyperparameters = try memory.hyperparameters(of: history, problem: problem)
      var search = try AcquisitionSearch(trials, hyperparameters, problem: problem, initial: initial)
      try search.fill(&proposals)
    }
    proposals.complete()
    return proposals.points
  }
}
