public import ViTArchitecture

/// What a search needs to know of a space: where candidates come from, what they must meet, what they aim at.
public struct SearchProblem: Sendable {
  public var name: String
  /// Axes of the unit cube that candidates are drawn from, with the values that each stands for.
  public var axes: [Domain]
  /// The architecture at a point of the cube; throws `ArchitectureError` where there is none.
  public var architecture: @Sendable ([Double]) throws -> Architecture
  /// The rule that `architecture` follows, by which many points are costed quickly; nil when there is none.
  public var rule: ScalingRule?
  /// The open numbers' values at a point, by name; for the record only.
  public var values: @Sendable ([Double]) -> [String: Double]
  public var constraints: [Constraint]
  public var targets: [LatencyTarget]
  public var baselines: [Baseline]
  public var budget: SearchBudget
  /// Whether candidates are trained. When not, the front trades latency against multiply-accumulates.
  public var trains: Bool
  /// The document, word for word; a study goes on only with the same one.
  public var documentText: String

  /// The number of axes.
  public var dimensions: Int { axes.count }

  public init(
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
  public init(_ space: SearchSpace, values: @escaping @Sendable ([Double]) -> [String: Double] = { _ in [:] }) {
    let rule = space.rule
    self.init(
      name: space.name, axes: rule.openNumbers.map(\.domain), architecture: { try rule.architecture(at: $0) },
      values: values, constraints: space.constraints, targets: space.targets, baselines: space.baselines,
      budget: space.budget,
      trains: space.dataset != nil && space.recipe != nil, documentText: space.source.text)
    self.rule = rule
  }
}
