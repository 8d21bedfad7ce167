package import ViTData
package import ViTLatency
package import ViTNumerics
package import ViTTraining

/// Prunes a dense model to one latency target after another, training as it goes.
///
/// Interval follows interval: some training steps at a constant learning rate, during which saliencies are gathered;
/// then the groups that `GroupSelection` names are cut out of weights, moments and moving average, and the smaller
/// model goes on. The first interval only gathers. When the predicted latency is at or below a target, the model is
/// handed over as a snapshot. Stochastic depth is off, for a saliency should not depend on dropped branches.
///
/// The result is a function of the arguments, bit for bit, whatever the number of threads, and whether a run goes
/// through at once or is taken up again at any of the states that it handed out.
package struct PruningRun {
  package let settings: PruningSettings
  package let images: ImageSet
  package let normalization: Normalization
  package let predictor: any LatencyPredictor
  package let threads: Int
  /// What `settings.hardTeacher` names.
  package var hardTeacher: Teacher?
  /// States are handed out after each snapshot and after so many intervals.
  package var intervalsPerState = 10

  /// How far a run is.
  package struct Progress: Sendable {
    /// Share of the way from the dense latency to the last target.
    package let fraction: Double
    package let updates: Int
    package let latencySeconds: Double
    /// Exponential average of the last steps' losses.
    package let loss: Double
    /// Of the interval in progress.
    package let imagesPerSecond: Double
  }

  /// What was measured on the way.
  package struct Summary: Sendable {
    /// Images a second in the first interval and in the last, batches, teacher and saliency included.
    package var firstImagesPerSecond = 0.0
    package var lastImagesPerSecond = 0.0
    /// Share of the first interval's time that gathering saliencies took, and of the last one's.
    package var firstSaliencyShare = 0.0
    package var lastSaliencyShare = 0.0
  }

  /// What the caller does meanwhile.
  package struct Observer {
    /// Called after every step; returning false stops the run.
    package var progress: (Progress) -> Bool
    /// Called when a target is reached, with the state then and the prediction for it.
    package var snapshot: (ResolvedTarget, PruningState, Estimate) throws -> Void
    /// Called with states that the run can be taken up at.
    package var save: (PruningState) throws -> Void

    package init(
      progress: @escaping (Progress) -> Bool = { _ in true },
      snapshot: @escaping (ResolvedTarget, PruningState, Estimate) throws -> Void = { _, _, _ in },
      save: @escaping (PruningState) throws -> Void = { _ in }
    ) {
      self.progress = progress
      self.snapshot = snapshot
      self.save = save
    }
  }

  package init(
    settings: PruningSettings, images: ImageSet, normalization: Normalization, predictor: any LatencyPredictor,
    threads: Int
  ) {
    self.settings = settings
    self.images = images
    self.normalization = normalization
    self.predictor = predictor
    self.threads = threads
  }

  /// - Parameters:
  ///   - dense: The model to prune, which is also the teacher; not changed.
  ///   - start: An earlier state of the same run; nil to begin.
  /// - Throws: `CancellationError` when `progress` returned false; `PruningError` when the training diverges or nothing
  ///   is left to remove; `TrainerError` when a teacher does not fit; what the observer and the predictor throw.
  package func prune(_ dense: ModelWeights, from start: PruningState? = nil, _ observer: Observer) throws -> Summary {
    var state = start ?? PruningState(dense: dense, settings: settings)
    let loader = try PruningObjective.loader(
      settings, dense: dense, hardTeacher: hardTeacher, images: images, normalization: normalization,
      threads: threads)
    let selection = GroupSelection(
      groups: settings.groups, latencyWeight: settings.latencyWeight, predictor: predictor)
    let way = LatencyWay(
      from: try predictor.predict(dense.architecture).seconds, to: settings.targets.last?.seconds ?? 0)
    var summary = Summary()
    var isFirst = true
    while state.progress.reachedTargets < settings.targets.count {
      let latency = try predictor.predict(state.training.architecture).seconds
      var interval = PruningInterval(settings, state.training, threads: threads)
      try interval.run(loader) { step in
        observer.progress(
          Progress(
            fraction: way.fraction(at: latency), updates: step.updates, latencySeconds: latency, loss: step.loss,
            imagesPerSecond: step.imagesPerSecond))
      }
      summary.lastImagesPerSecond = interval.imagesPerSecond
      summary.lastSaliencyShare = interval.saliencyShare
      if isFirst {
        summary.firstImagesPerSecond = interval.imagesPerSecond
        summary.firstSaliencyShare = interval.saliencyShare
        isFirst = false
      }
      try finish(interval, &state, selection, observer)
    }
    return summary
  }

  /// Removes groups after an interval, and hands over what was reached.
  private func finish(
    _ interval: PruningInterval, _ state: inout PruningState, _ selection: GroupSelection, _ observer: Observer
  ) throws {
    state.training = interval.engine.state
    state.progress.saliencies.add(interval.scores)
    state.progress.intervals += 1
    guard state.progress.intervals > 1 else { return }
    let architecture = state.training.architecture
    // A removal ends where it meets the target, so that the snapshot is the first model below it.
    let target = settings.targets[state.progress.reachedTargets]
    let choice = try selection.choose(
      from: architecture, scores: state.progress.saliencies.scores, groupLimit: settings.groupsPerStep,
      targetSeconds: target.seconds)
    guard choice.removed > 0 || choice.latency.seconds <= target.seconds else {
      throw PruningError(
        .unreachableTarget,
        """
        target \(target.label) is out of reach: nothing is left to remove at \
        \(ReadableNumber.latency(choice.latency.seconds))
        """)
    }
    state.training = state.training.keeping(choice.kept)
    state.progress.saliencies = state.progress.saliencies.keeping(choice.kept, of: architecture)
    state.progress.kept = state.progress.kept.keeping(choice.kept)
    state.progress.removedGroups += choice.removed
    var reached = false
    while state.progress.reachedTargets < settings.targets.count,
      choice.latency.seconds <= settings.targets[state.progress.reachedTargets].seconds
    {
      try observer.snapshot(settings.targets[state.progress.reachedTargets], state, choice.latency)
      state.progress.reachedTargets += 1
      reached = true
    }
    if reached || state.progress.intervals % intervalsPerState == 0 { try observer.save(state) }
  }

  /// The way from the dense model's latency to the last target's.
  private struct LatencyWay {
    let from: Double
    let to: Double

    func fraction(at seconds: Double) -> Double { from > to ? min(max((from - seconds) / (from - to), 0), 1) : 1 }
  }
}
