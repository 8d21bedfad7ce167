internal import ViTKernels
package import ViTTraining

/// The sum of squared weights over each unit's scored tensors, divided by the divisor, at the interval's end.
package final class MagnitudeSaliency: SaliencyMeasure {
  private let gates: GateSums
  private let divisors: [Double]

  package init(_ weights: ModelWeights, divisors: SaliencyDivisors) {
    gates = GateSums(weights)
    self.divisors = divisors.perUnit(UnitLayout(weights.architecture))
  }

  package func observe(_ engine: TrainingEngine) {}

  package func scores(_ engine: TrainingEngine) -> [Double] {
    let weights = engine.weights.arena.vector
    gates.sum(weights, weights, on: engine)
    return divisors.indices.map { gates.sums[$0] / divisors[$0] }
  }
}
