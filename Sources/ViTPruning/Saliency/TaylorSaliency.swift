internal import ViTKernels
package import ViTTraining

/// The first-order term of the loss in each unit's gate, squared or not, averaged over the interval's batches.
package final class TaylorSaliency: SaliencyMeasure {
  private let gates: GateSums
  private let divisors: [Double]
  private let isSquared: Bool
  private var totals: [Double]
  private var batches = 0

  package init(_ weights: ModelWeights, divisors: SaliencyDivisors, isSquared: Bool) {
    gates = GateSums(weights)
    self.divisors = divisors.perUnit(UnitLayout(weights.architecture))
    self.isSquared = isSquared
    totals = Array(repeating: 0, count: gates.unitCount)
  }

  package func observe(_ engine: TrainingEngine) {
    gates.sum(engine.weights.arena.vector, engine.gradientArena, on: engine)
    for unit in totals.indices {
      let term = gates.sums[unit] / divisors[unit]
      totals[unit] += isSquared ? term * term : abs(term)
    }
    batches += 1
  }

  package func scores(_ engine: TrainingEngine) -> [Double] {
    let mean = totals.map { $0 / Double(max(1, batches)) }
    for unit in totals.indices { totals[unit] = 0 }
    batches = 0
    return mean
  }
}
