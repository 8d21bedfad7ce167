internal import ViTNumerics

/// Regularised evolution: children of the best among the youngest trials, by mutation or crossover.
///
/// Trials age: only the last ones can be parents, however good older ones were, so that one lucky training cannot rule
/// the search. Half of the children are mutated, half are crossed, as in AutoFormer.
///
/// A child depends on its place in the history and on all that was known when it was proposed.
///
/// - Sources: Real, Aggarwal, Huang and Le, "Regularized evolution for image classifier architecture search", AAAI
///   2019; Chen, Peng, Fu and Ling, "AutoFormer: searching transformers for visual recognition", ICCV 2021.
package struct RegularizedEvolutionSampler: LearningSampler {
  /// How a parent is chosen among the living.
  package enum Selection: Hashable, Sendable {
    /// The best of so many random ones, as regularised evolution does.
    case tournament(Int)
    /// Any of the best so many, as AutoFormer does.
    case top(Int)
  }

  /// Trials that live at a time, and that are drawn before evolution starts; at least 2.
  package var populationSize = 50
  package var selection = Selection.tournament(10)
  /// With which probability an axis of a mutated child changes; nil means one axis on average, and at least a tenth.
  package var mutationProbability: Double?

  package init() {}

  func learn(count: Int, history: [Observation], problem: SamplingProblem) throws -> [[Double]] {
    let size = max(populationSize, 2)
    var proposals = try ProposalList(
      count: count, history: history, problem: problem, beginning: size - history.count)
    let living = Array(history.suffix(size))
    let points = living.map { problem.snapped($0.point) }
    let ranked = RankedTrials(
      objectives: living.map(\.usableObjectives), violations: points.map { problem.violation($0) })
    let ordered = ranked.order.map { points[$0] }
    while !proposals.isFull, !ordered.isEmpty {
      let index = history.count + proposals.points.count
      guard addChild(of: ordered, index: index, to: &proposals, problem: problem) else { break }
    }
    proposals.complete()
    return proposals.points
  }

  /// - Parameter parents: The living, best first.
  private func addChild(
    of parents: [[Double]], index: Int, to proposals: inout ProposalList, problem: SamplingProblem
  ) -> Bool {
    let variation = Variation(axes: problem.axes)
    let probability = mutationProbability ?? max(0.1, 1 / Double(max(problem.axes.count, 1)))
    var random = CounterRandom(seed: problem.seed, purpose: "regularised-evolution", stream: UInt64(index))
    for attempt in 0..<200 {
      let parent = choose(parents, &random)
      let chance = attempt < 100 ? probability : 0.5
      let child: [Double]
      if index.isMultiple(of: 2) {
        child =
          random.uniform() < 0.5
          ? variation.mutated(parent, probability: chance, &random)
          : variation.reset(parent, probability: chance, &random)
      } else {
        let crossed = variation.mixed(parent, choose(parents, &random), &random)
        // A cross of two equal points is one of them.
        child = attempt < 10 ? crossed : variation.mutated(crossed, probability: chance, &random)
      }
      if case .accepted = proposals.offer(child) { return true }
    }
    return false
  }

  private func choose(_ parents: [[Double]], _ random: inout CounterRandom) -> [Double] {
    switch selection {
    case .top(let count):
      return parents[Int.random(in: 0..<min(max(count, 1), parents.count), using: &random)]
    case .tournament(let count):
      let places = (0..<max(count, 1)).map { _ in Int.random(in: parents.indices, using: &random) }
      return parents[places.min() ?? 0]
    }
  }
}
