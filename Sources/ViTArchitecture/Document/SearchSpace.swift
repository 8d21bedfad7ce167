/// A search space: a scaling rule with open numbers, what all candidates share, and how to search.
///
/// With nothing open it is one family member, that is, one architecture.
package struct SearchSpace: Sendable {
  package var name: String
  package var summary: String?
  package var rule: ScalingRule
  package var constraints: [Constraint]
  package var targets: [LatencyTarget]
  package var baselines: [Baseline]
  /// Nil when nothing is to be trained.
  package var dataset: DatasetSpecification?
  /// Nil when nothing is to be trained.
  package var recipe: TrainingRecipe?
  package var latency: LatencySettings
  package var budget: SearchBudget
  /// The document as it was read, and where from.
  package var source: Source

  package struct Source: Hashable, Sendable {
    package var path: String
    package var text: String
  }
}
