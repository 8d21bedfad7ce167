internal import ViTFiles
package import ViTTraining

/// Where a pruning run stands between two intervals: all that is needed to go on.
package struct PruningState {
  /// Of the model as it is pruned so far.
  package var training: TrainingState
  package var progress: Progress

  /// The part that is kept as JSON.
  package struct Progress: Hashable, Sendable, Codable {
    /// Indices in the dense model.
    package var kept: KeptUnits
    package var saliencies: SaliencyAverage
    /// Intervals done, the first of which removes nothing.
    package var intervals = 0
    /// Groups removed.
    package var removedGroups = 0
    /// Targets reached.
    package var reachedTargets = 0

    private enum CodingKeys: String, SnakeCaseKey { case kept, saliencies, intervals, removedGroups, reachedTargets }
  }

  /// The start: all units of the dense model, its attention scale fixed.
  package init(dense: ModelWeights, settings: PruningSettings) {
    training = TrainingState(startingFrom: dense.withFixedAttentionScale())
    progress = Progress(
      kept: KeptUnits(allOf: dense.architecture),
      saliencies: SaliencyAverage(
        decay: settings.averageDecay, unitCount: UnitLayout(dense.architecture).unitCount))
  }

  package init(training: TrainingState, progress: Progress) {
    self.training = training
    self.progress = progress
  }

  /// The weights to use: their moving average if the recipe keeps one.
  package var weights: ModelWeights { training.average?.values ?? training.weights }
}
