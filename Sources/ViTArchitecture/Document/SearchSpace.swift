/// A search space: a scaling rule with open numbers, what all candidates share, and how to search.
///
/// With nothing open it is one family member, that is, one architecture.
public struct SearchSpace: Sendable {
  public var name: String
  public var summary: String?
  public var rule: ScalingRule
  public var constraints: [Constraint]
  public var targets: [LatencyTarget]
  public var baselines: [Baseline]
  /// Nil when nothing is to be trained.
  public var dataset: DatasetSpecification?
  /// Nil when nothing is to be trained.
  public var recipe: TrainingRecipe?
  public var latency: LatencySettings
  public var budget: SearchBudget
  /// The document as it was read, and where from.
  public var source: Source

  public struct Source: Hashable, Sendable {
    public var path: String
    public var text: String
  }
}
