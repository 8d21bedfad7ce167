package import ViTArchitecture

/// What a search needs to know of a space: where candidates come from, what they must meet, what they aim at.
package struct SearchProblem: Sendable {
  package var name: String
  /// Axes of the unit cube that candidates are drawn from, with the values that each stands for.
  package var axes: [Domain]
  /// The architecture at a point of the cube; throws `ArchitectureError` where there is none.
  package var architecture: @Sendable ([Double]) throws -> Architecture
  /// The rule that `architecture` follows, by which many points are costed quickly; nil when there is none.
  package var rule: ScalingRule?
  /// The open numbers' values at a point, by name; for the record only.
  package var values: @Sendable ([Double]) -> [String: Double]
  package var constraints: [Constraint]
  package var targets: [LatencyTarget]
  package var baselines: [Baseline]
  package var budget: SearchBudget
  /// Whether candidates are trained. When not, the front trades latency against multiply-accumulates.
  package var trains: Bool
  /// The document, word for word; a study goes on only with the same one.
  package var documentText: String

  /// The number of axes.
  package var dimensions: Int { axes.count }

  package init(
    name: String, axes: [Domain], architecture: @escaping @Sendable ([Double]) throws -> Architecture,
    values: @escaping @Sendable ([Double]) -> [String: Double] = { _ in [:] }, constraints: [Constraint] = [],
    targets: [LatencyTarget], baselines: [Baseline], budget: SearchBudget, trains: Bool = true,
    documentText: String
  ) {
    self.name = name
    self.axes = axes
    self.architecture = architecture
    self.values = values
    self.constraints = constraints
    self.targets = targets
    self.baselines = baselines
    self.budget = budget
    self.trains = trains
    self.documentText = documentText
  }

  /// The problem that a document states. Without a data set or without a recipe, nothing is trained.
  ///
  /// - Parameter values: The open numbers' values at a point, by name.
  package init(_ space: SearchSpace, values: @escaping @Sendable ([Double]) -> [String: Double] = { _ in [:] }) {
    let rule = space.rule
    self.init(
      name: space.name, axes: rule.openNumbers.map(\.domain), architecture: { try rule.architecture(at: $0) },
      values: values, constraints: space.constraints, targets: space.targets, baselines: space.baselines,
      budget: space.budget,
      trains: space.dataset != nil && space.recipe != nil, documentText: space.source.text)
    self.rule = rule
  }
}
