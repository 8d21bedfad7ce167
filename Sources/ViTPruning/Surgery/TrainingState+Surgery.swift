package import ViTTraining

extension TrainingState {
  /// The state of the smaller model: weights, moments and moving average cut alike, the numbers of updates kept.
  ///
  /// What is left keeps its moments; those of removed units go with them.
  package func keeping(_ kept: KeptUnits) -> TrainingState {
    TrainingState(
      weights: weights.keeping(kept), moment1: moment1.keeping(kept), moment2: moment2.keeping(kept),
      average: average.map { Average(values: $0.values.keeping(kept), updates: $0.updates) }, updates: updates)
  }
}
