internal import ViTArchitecture
internal import ViTTraining

/// The training steps from one removal to the next, and the saliencies gathered in them.
struct PruningInterval {
  let engine: TrainingEngine
  private let measure: any SaliencyMeasure
  private let settings: PruningSettings
  private(set) var imagesPerSecond = 0.0
  /// Share of the time that gathering saliencies took.
  private(set) var saliencyShare = 0.0
  /// The saliency of each unit, once the interval has run.
  private(set) var scores: [Double] = []

  /// What a step tells.
  struct Step {
    let updates: Int
    let loss: Double
    let imagesPerSecond: Double
  }

  init(_ settings: PruningSettings, _ state: TrainingState, threads: Int) {
    self.settings = settings
    let recipe = settings.recipe
    engine = TrainingEngine(
      resuming: state, batchSize: recipe.batchSize,
      terms: PruningObjective.terms(settings, hasDistillationToken: state.architecture.hasDistillationToken),
      threads: threads, options: .init(emaDecay: recipe.emaDecay, seed: settings.seed))
    measure = settings.saliency.measure(of: engine.weights, divisors: settings.divisors, seed: settings.seed)
  }

  /// - Parameter progress: Called after every step; returning false stops.
  /// - Throws: `CancellationError` when `progress` returned false, `PruningError` when the training diverges.
  mutating func run(_ loader: BatchLoader, progress: (Step) -> Bool) throws {
    let update = PruningObjective.update(settings)
    let clock = ContinuousClock()
    let began = clock.now
    var gathering = Duration.zero
    var averageLoss = 0.0
    for step in 0..<settings.interval {
      let batch = loader.load(step: engine.stepCount, with: engine)
      gathering += clock.measure { measure.prepare(engine, batch) }
      let (loss, norm) = engine.computeGradient(batch)
      guard loss.isFinite, norm.isFinite else {
        throw PruningError(
          .diverged,
          """
          the loss or its gradient was not finite at step \(engine.stepCount + 1) of the pruning run; try a lower \
          learning rate
          """)
      }
      // Before the update, so that gradient and weights belong together.
      gathering += clock.measure { measure.observe(engine) }
      engine.applyUpdate(update, gradientNorm: norm)
      averageLoss = step == 0 ? loss : 0.95 * averageLoss + 0.05 * loss
      let seconds = max((clock.now - began) / .seconds(1), 1e-9)
      imagesPerSecond = Double((step + 1) * settings.recipe.batchSize) / seconds
      guard progress(Step(updates: engine.stepCount, loss: averageLoss, imagesPerSecond: imagesPerSecond)) else {
        throw CancellationError()
      }
    }
    gathering += clock.measure { scores = measure.scores(engine) }
    saliencyShare = (gathering / .seconds(1)) / max((clock.now - began) / .seconds(1), 1e-9)
  }
}
