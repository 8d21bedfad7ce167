internal import ViTNumerics
package import ViTTraining

/// Independent uniform numbers: what any saliency has to beat.
package final class RandomSaliency: SaliencyMeasure {
  private let unitCount: Int
  private let seed: UInt64

  package init(_ weights: ModelWeights, seed: UInt64) {
    unitCount = UnitLayout(weights.architecture).unitCount
    self.seed = seed
  }

  package func observe(_ engine: TrainingEngine) {}

  package func scores(_ engine: TrainingEngine) -> [Double] {
    var random = CounterRandom(seed: seed, purpose: "random saliency", stream: UInt64(engine.stepCount))
    return (0..<unitCount).map { _ in random.uniform() }
  }
}
