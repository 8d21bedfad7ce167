internal import ViTArchitecture

/// A sampler that learns from the trials, for which points near each other should have values near each other.
///
/// Its axes ascend: where a document lists choices in another order, it sees them sorted. Choices stand at even steps,
/// whatever the values, for evolution and Gaussian processes alike: whoever lists 8, 16, 32 and 64 means four steps, and
/// draws spread evenly over them; spread by value, 8 and 16 would be nearly the same, and in 1, 2 and 1000 the first
/// two could not be told apart. So do other programs with ordered choices (Ax, ConfigSpace).
protocol LearningSampler: Sampler {
  /// `propose` for a problem whose axes ascend.
  func learn(count: Int, history: [Observation], problem: SamplingProblem) throws -> [[Double]]
}

extension LearningSampler {
  package func propose(count: Int, history: [Observation], problem: SamplingProblem) throws -> [[Double]] {
    try problem.require(history)
    let listed = problem.axes
    let ascending = listed.map(\.ascending)
    guard ascending != listed else { return try learn(count: count, history: history, problem: problem) }
    let sorted = history.map { trial in
      Observation(point: Domain.moved(trial.point, from: listed, to: ascending), objectives: trial.objectives)
    }
    var problem = problem
    problem.axes = ascending
    let check = problem.check
    problem.check = { check(Domain.moved($0, from: ascending, to: listed)) }
    return try learn(count: count, history: sorted, problem: problem)
      .map { Domain.moved($0, from: ascending, to: listed) }
  }
}

extension Domain {
  /// The same values in ascending order.
  fileprivate var ascending: Domain {
    guard case .choices(let values) = self else { return self }
    return .choices(values.sorted())
  }

  /// The point that has the same values on axes whose values stand in another order.
  fileprivate static func moved(_ point: [Double], from axes: [Domain], to others: [Domain]) -> [Double] {
    point.indices.map { index in
      axes[index] == others[index]
        ? point[index] : others[index].coordinate(of: axes[index].value(at: point[index])) ?? point[index]
    }
  }
}
