internal import ViTArchitecture
internal import ViTNumerics

/// Finds points with a large expected improvement of the hypervolume.
struct AcquisitionSearch {
  private let problem: SamplingProblem
  private var processes: [BelievedProcess]
  /// Predicted objectives of the trials that can be on the front, and of the points chosen here.
  private var believed: [[Double]]
  /// Points of the front, which new ones are sought around.
  private let parents: [[Double]]
  /// For each objective, what a quarter of the first trials were worse than.
  private let typical: [Double]
  private var random: CounterRandom

  /// Points from the whole space.
  private static let spreadCount = 256
  /// Points around the front.
  private static let nearCount = 1024
  /// Rounds of looking closer around the best point, and points of a round.
  private static let (rounds, roundCount) = (6, 48)

  /// - Parameters:
  ///   - hyperparameters: One for each objective.
  ///   - initial: How many of the first trials show what is typical of the space.
  init(
    _ trials: ModelledTrials, _ hyperparameters: [GaussianProcess.Hyperparameters], problem: SamplingProblem,
    initial: Int
  ) throws {
    self.problem = problem
    processes = try zip(trials.values, hyperparameters).map { values, hyperparameters in
      BelievedProcess(
        try GaussianProcess(
          points: trials.points, values: values, hyperparameters: hyperparameters))
    }
    let eligible = trials.eligible.isEmpty ? Array(trials.points.indices) : trials.eligible
    let points = eligible.map { trials.points[$0] }
    let predictions = try processes.map { try $0.process.predict(points) }
    let means = points.indices.map { index in predictions.map { $0[index].mean } }
    believed = means
    parents = Dominance.front(means).map { points[$0] }
    typical = trials.values.map { Statistics.quantile(Array($0.prefix(initial)), 0.75) ?? 0 }
    random = CounterRandom(seed: problem.seed, purpose: "ehvi", stream: UInt64(trials.points.count))
  }

  /// Adds the best points found, until the list is full or no candidate is left.
  mutating func fill(_ proposals: inout ProposalList) throws {
    let candidates = try candidates().filter { proposals.isFresh($0) }
    guard !candidates.isEmpty else { return }
    var fields = try self.fields(candidates)
    var open = Set(candidates.indices)
    while !proposals.isFull, !open.isEmpty {
      let improvement = improvement()
      let scores = candidates.indices.map { open.contains($0) ? score(fields, at: $0, improvement) : nil }
      guard let best = AcquisitionSearch.best(scores) else { return }
      open.remove(best)
      var chosen = candidates[best]
      var (chosenFields, place) = (fields, best)
      for round in 0..<AcquisitionSearch.rounds {
        let scale = 0.1 * Exponential.power(0.4, Double(round))
        let near = (0..<AcquisitionSearch.roundCount).map { _ in problem.snapped(neighbour(of: chosen, scale: scale)) }
          .filter { proposals.isFresh($0) }
        guard !near.isEmpty else { continue }
        let nearFields = try self.fields(near)
        let nearScores = near.indices.map { Optional(score(nearFields, at: $0, improvement)) }
        guard let index = AcquisitionSearch.best(nearScores), let score = nearScores[index],
          score > self.score(chosenFields, at: place, improvement)
        else { continue }
        (chosen, chosenFields, place) = (near[index], nearFields, index)
      }
      guard case .accepted = proposals.offer(chosen) else { continue }
      believed.append(processes.indices.map { processes[$0].process.predict(chosenFields[$0], at: place).mean })
      for objective in processes.indices {
        processes[objective].believe(place, of: chosenFields[objective], updating: &fields[objective])
      }
    }
  }

  private func fields(_ points: [[Double]]) throws -> [PredictionField] {
    let matrix = PointMatrix(points, axes: problem.axes.count)
    return try processes.map { try $0.field(matrix) }
  }

  // MARK: Scores

  /// The expected improvement; where it vanishes, what is left to learn decides.
  private struct Score: Comparable {
    var improvement: Double
    var uncertainty: Double

    static func < (a: Score, b: Score) -> Bool { (a.improvement, a.uncertainty) < (b.improvement, b.uncertainty) }
  }

  private func score(
    _ fields: [PredictionField], at index: Int, _ improvement: ExpectedHypervolumeImprovement
  ) -> Score {
    let predictions = processes.indices.map { processes[$0].process.predict(fields[$0], at: index) }
    let value = improvement.value(means: predictions.map(\.mean), deviations: predictions.map(\.deviation))
    let uncertainty = zip(predictions, processes).reduce(0) { $0 + $1.0.deviation / $1.1.process.scale }
    return Score(improvement: value > 1e-300 ? value : 0, uncertainty: uncertainty)
  }

  private static func best(_ scores: [Score?]) -> Int? {
    scores.indices.filter { scores[$0] != nil }.max { a, b in
      // The first of equals wins.
      guard let left = scores[a], let right = scores[b] else { return false }
      return left == right ? a > b : left < right
    }
  }

  /// Of the front of what is believed. The reference lies a tenth of the front's range beyond it, and no nearer than
  /// the typical values: a front that has shrunk to one good corner should not make the rest of it worthless.
  private func improvement() -> ExpectedHypervolumeImprovement {
    let front = Dominance.front(believed).map { believed[$0] }
    let reference = (0..<problem.objectiveCount).map { axis -> Double in
      let values = front.map { $0[axis] }
      let (low, high) = (values.min() ?? 0, values.max() ?? 0)
      return max(high + 0.1 * (high - low), low + 0.5 * (typical[axis] - low))
    }
    return ExpectedHypervolumeImprovement(front: front, reference: reference)
  }

  // MARK: Candidates

  private mutating func candidates() throws -> [[Double]] {
    let spread = try SobolSequence.points(
      count: AcquisitionSearch.spreadCount, dimensions: problem.axes.count, seed: random.next())
    let near = (0..<(parents.isEmpty ? 0 : AcquisitionSearch.nearCount)).map { _ -> [Double] in
      let parent = parents[Int.random(in: parents.indices, using: &random)]
      return neighbour(of: parent, scale: Exponential.power(10, -0.3 - 2.7 * random.uniform()))
    }
    return (spread + near).map { problem.snapped($0) }
  }

  /// A point that differs from another in some axes: by a normal step.
  private mutating func neighbour(of point: [Double], scale: Double) -> [Double] {
    let share = max(1 / Double(point.count), random.uniform() * random.uniform())
    let certain = Int.random(in: point.indices, using: &random)
    var moved = point
    for axis in point.indices {
      let (chance, step) = (random.uniform(), random.gaussian())
      guard axis == certain || chance < share else { continue }
      // A step on an axis of finitely many values should reach the next one more often than not.
      let width = problem.axes[axis].count.map { max(scale, 1 / Double($0)) } ?? scale
      moved[axis] = min(max(point[axis] + width * step, 0), 1 - 0x1p-53)
    }
    return moved
  }
}
