package import ViTArchitecture
internal import ViTLatency

/// What a search needs to know of a space: where candidates come from, what they must meet, what they aim at.
package struct SearchProblem: Sendable {
  package var name: String
  /// Gives the architecture at every point of the unit cube that candidates are drawn from.
  package var rule: ScalingRule
  package var constraints: [Constraint]
  package var targets: [LatencyTarget]
  package var baselines: [Baseline]
  package var budget: SearchBudget
  /// Whether candidates are trained. When not, the front trades latency against multiply-accumulates.
  package var trains: Bool

  /// The problem that a document states. Without a data set or without a recipe, nothing is trained.
  package init(_ space: SearchSpace) {
    name = space.name
    rule = space.rule
    constraints = space.constraints
    targets = space.targets
    baselines = space.baselines
    budget = space.budget
    trains = space.dataset != nil && space.recipe != nil
  }
}

extension SearchProblem {
  /// Axes of the unit cube, with the values that each stands for.
  package var axes: [Domain] { rule.openNumbers.map(\.domain) }

  /// The number of axes.
  var dimensions: Int { rule.openNumbers.count }

  /// The candidate at a point.
  ///
  /// - Throws: `ArchitectureError` when there is no architecture, and what the predictor throws.
  func candidate(at point: [Double], predictor: any LatencyPredictor) throws -> Candidate {
    let architecture = try rule.architecture(at: point)
    let measured = predictor.measured(architecture)
    return Candidate(
      architecture: architecture, point: point,
      values: Dictionary(rule.values(at: point).map { ($0.path, $0.value) }) { first, _ in first },
      latency: try measured ?? predictor.predict(architecture), isMeasured: measured != nil)
  }
}
