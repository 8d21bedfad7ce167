/// A history in the form that Gaussian processes are fitted to.
struct ModelledTrials {
  /// Snapped.
  let points: [[Double]]
  /// For each objective, one value for each point.
  let values: [[Double]]
  /// Points that can be part of the front: those that are feasible and have not failed.
  let eligible: [Int]

  /// Nil when there is nothing to fit a model to: fewer than two trials succeeded, or the space has no axis.
  init?(_ history: [Observation], problem: SamplingProblem) {
    let objectives = history.map(\.usableObjectives)
    let usable = objectives.compactMap(\.self)
    guard usable.count >= 2, !problem.axes.isEmpty else { return nil }
    let points = history.map { problem.snapped($0.point) }
    let worst = (0..<problem.objectiveCount).map { axis in usable.map { $0[axis] }.max() ?? 0 }
    self.points = points
    values = worst.indices.map { axis in objectives.map { $0?[axis] ?? worst[axis] } }
    eligible = history.indices.filter { objectives[$0] != nil && problem.violation(points[$0]) == 0 }
  }

  /// The trials at some places.
  private init(_ trials: ModelledTrials, at places: [Int]) {
    points = places.map { trials.points[$0] }
    values = trials.values.map { values in places.map { values[$0] } }
    eligible = []
  }

  /// At most `limit` trials that say most about the kernel: half of them the best by rank, the others spread evenly
  /// over the rest.
  func thinned(to limit: Int) -> ModelledTrials {
    guard points.count > limit else { return self }
    let ranks = NonDominatedSorting.ranks(points.indices.map { index in values.map { $0[index] } })
    let order = points.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
    let best = order.prefix(limit / 2)
    let rest = order.dropFirst(limit / 2).sorted()
    let spread = (0..<(limit - best.count)).map { rest[$0 * rest.count / (limit - best.count)] }
    return ModelledTrials(self, at: (best + spread).sorted())
  }
}
