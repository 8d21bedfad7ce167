internal import ViTNumerics

/// NSGA-II: generations of children of the best of all generations before, by non-dominated rank and crowding.
///
/// The first generation is the beginning of the scrambled Sobol sequence. A trial's generation follows from its place
/// in the history, and a child depends on its place and on the earlier generations only. So within a generation it does
/// not matter how many points are asked for at a time; whoever asks for more than the rest of a generation gets
/// children of what is known so far.
///
/// - Source: Deb, Pratap, Agarwal and Meyarivan, "A fast and elitist multiobjective genetic algorithm: NSGA-II", IEEE
///   TEC 6 (2002).
package struct NSGA2Sampler: LearningSampler {
  /// Trials of a generation, and parents that survive one; at least 2.
  package var populationSize = 50
  /// The share of children that have two parents.
  package var crossoverProbability = 0.9
  /// With which probability an axis is mutated; nil means one axis on average.
  package var mutationProbability: Double?

  package init() {}

  func learn(count: Int, history: [Observation], problem: SamplingProblem) throws -> [[Double]] {
    let size = max(populationSize, 2)
    var proposals = try ProposalList(
      count: count, history: history, problem: problem, beginning: size - history.count)
    var parents: Parents?
    var generation = -1
    while !proposals.isFull {
      let index = history.count + proposals.points.count
      if generation != index / size {
        generation = index / size
        parents = Parents(history, before: generation * size, keeping: size, problem: problem)
      }
      guard let parents, addChild(of: parents, index: index, to: &proposals, problem: problem) else { break }
    }
    proposals.complete()
    return proposals.points
  }

  /// Tries children until one is accepted; the second hundred are mutated more, for spaces of few values.
  private func addChild(
    of parents: Parents, index: Int, to proposals: inout ProposalList, problem: SamplingProblem
  ) -> Bool {
    guard !parents.points.isEmpty else { return false }
    let variation = Variation(axes: problem.axes)
    let probability = mutationProbability ?? 1 / Double(max(problem.axes.count, 1))
    var random = CounterRandom(seed: problem.seed, purpose: "nsga-ii", stream: UInt64(index))
    for attempt in 0..<200 {
      let (a, b) = (parents.tournament(&random), parents.tournament(&random))
      var child = random.uniform() < crossoverProbability ? variation.crossed(a, b, &random) : a
      child = variation.mutated(child, probability: attempt < 100 ? probability : 0.5, &random)
      if case .accepted = proposals.offer(child) { return true }
    }
    return false
  }

  /// What has survived some generations, best first.
  private struct Parents {
    let points: [[Double]]

    /// Replays the selection from the first generation on.
    init(_ history: [Observation], before end: Int, keeping size: Int, problem: SamplingProblem) {
      let trials = history.prefix(end)
      let points = trials.map { problem.snapped($0.point) }
      let violations = points.map { problem.violation($0) }
      var survivors: [Int] = []
      for start in stride(from: 0, to: trials.count, by: size) {
        let pool = survivors + Array(start..<min(start + size, trials.count))
        let ranked = RankedTrials(
          objectives: pool.map { trials[$0].usableObjectives }, violations: pool.map { violations[$0] })
        survivors = ranked.order.prefix(size).map { pool[$0] }
      }
      self.points = survivors.map { points[$0] }
    }

    /// The better of two random ones.
    func tournament(_ random: inout CounterRandom) -> [Double] {
      let pair = (
        Int.random(in: points.indices, using: &random), Int.random(in: points.indices, using: &random)
      )
      return points[min(pair.0, pair.1)]
    }
  }
}
