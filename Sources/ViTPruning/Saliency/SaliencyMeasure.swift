package import ViTTraining

/// Scores the units of a model while it is trained.
///
/// For each step of an interval the pruning run calls `prepare`, computes the step's gradient, calls `observe`, and
/// updates the weights: a saliency belongs to the weights at which its gradient was taken. At the end of the interval
/// it takes the `scores`, and the interval after it begins anew. A measure serves one engine.
package protocol SaliencyMeasure: AnyObject {
  /// Before the step's gradient. The measure may compute gradients itself, also at other weights, if it leaves the
  /// weights as they were.
  func prepare(_ engine: TrainingEngine, _ batch: TrainingEngine.Batch)

  /// With the step's gradient in the engine's arena, before the update.
  func observe(_ engine: TrainingEngine)

  /// The interval's score of each unit, zero or more, laid out as `UnitLayout` says.
  func scores(_ engine: TrainingEngine) -> [Double]
}

extension SaliencyMeasure {
  package func prepare(_ engine: TrainingEngine, _ batch: TrainingEngine.Batch) {}
}

/// The saliencies to choose from.
package enum SaliencyKind: String, CaseIterable, Hashable, Sendable, Codable {
  /// The squared first-order term of the loss in the unit's gate, which the paper arrives at: for each batch
  /// (sum of w g / divisor)^2. The same number as Molchanov et al., CVPR 2019.
  case taylor
  /// The sum of squared weights, divided by the divisor.
  case magnitude
  /// A random number.
  case random
  /// The first-order term itself: for each batch |sum of w g| / divisor.
  case unsquared
  /// What the paper starts from: (H z)^2 of the gates for random z, whose expectation is the unit's row of the squared
  /// Hessian; by central differences of the true gate gradient. Three gradients a step.
  case hessian

  /// A measure for an engine with this model.
  package func measure(
    of weights: ModelWeights, divisors: SaliencyDivisors, seed: UInt64
  ) -> any SaliencyMeasure {
    switch self {
    case .taylor: TaylorSaliency(weights, divisors: divisors, isSquared: true)
    case .unsquared: TaylorSaliency(weights, divisors: divisors, isSquared: false)
    case .magnitude: MagnitudeSaliency(weights, divisors: divisors)
    case .random: RandomSaliency(weights, seed: seed)
    case .hessian: HessianSaliency(weights, divisors: divisors, seed: seed)
    }
  }
}
