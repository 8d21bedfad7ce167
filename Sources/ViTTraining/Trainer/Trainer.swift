package import ViTArchitecture
package import ViTData
internal import ViTFiles

/// Trains architectures under one recipe on one data set.
package struct Trainer: Sendable {
  package let recipe: TrainingRecipe
  package let images: ImageSet
  package let normalization: Normalization
  package let threads: Int

  /// How far a training is.
  package struct Progress: Sendable {
    /// Steps done and to be done.
    package let step: Int
    package let totalSteps: Int
    /// Exponential average of the last steps' losses.
    package let loss: Double
    package let imagesPerSecond: Double
  }

  /// What a training gave.
  package struct Result {
    /// The trained weights: their moving average if the recipe keeps one.
    package let weights: ModelWeights
    /// The step, counted from 1, whose loss or gradient was not finite; nil when the training went through.
    package let divergedAtStep: Int?
    /// Exponential average of the last steps' losses.
    package let loss: Double
    /// Images seen since the training's first step, by earlier parts of it too.
    package let samplesSeen: Int
    package let durationSeconds: Double
    /// To go on from, where `train` was asked to keep it.
    package let state: TrainingState?
  }

  /// What is trained. Equal jobs give equal weights, bit for bit.
  package struct Job {
    package var architecture: Architecture
    package var seed: UInt64
    /// Those that the loss needs.
    package var teachers: Teachers
    /// What to minimise; nil takes the recipe's terms.
    package var terms: LossTerms?
    /// Weights outside it are zero from the start and stay so.
    package var mask: WeightMask?

    package init(
      _ architecture: Architecture, seed: UInt64, teachers: Teachers = Teachers(), terms: LossTerms? = nil,
      mask: WeightMask? = nil
    ) {
      self.architecture = architecture
      self.seed = seed
      self.teachers = teachers
      self.terms = terms
      self.mask = mask
    }
  }

  /// How much of a training is done at once.
  package struct Part {
    package var start: Start
    /// Where to stop, as a share of the recipe's steps, 0 to 1; the schedule is that of the whole.
    package var share: Double
    /// Whether to return what is needed to go on.
    package var keepsState: Bool

    package init(from start: Start = .fresh, through share: Double = 1, keepsState: Bool = false) {
      self.start = start
      self.share = share
      self.keepsState = keepsState
    }
  }

  /// What a training begins with.
  package enum Start {
    /// Weights drawn from the seed.
    case fresh
    /// Trained weights, taken over and changed in place; moments and schedule begin anew.
    case weights(ModelWeights)
    /// An earlier part of the same training: same recipe, seed and schedule.
    case state(TrainingState)
    /// The same training where it was stopped, which it goes on from as if it had not been.
    case standing(Standing)
  }

  /// Where a training stands between two steps.
  package struct Standing {
    package let state: TrainingState
    package let figures: Figures

    /// What a training tells of itself, beside its state.
    package struct Figures: Hashable, Sendable, Codable {
      /// Exponential average of the last steps' losses.
      package var loss: Double
      /// What the training has taken, earlier parts included.
      package var seconds: Double
    }

    package init(state: TrainingState, figures: Figures) {
      self.state = state
      self.figures = figures
    }
  }

  /// Keeps where a training stands, so that a stop costs nothing and a kill little.
  package struct Keeper {
    /// From one time to the next; a stop is kept at once.
    package var seconds: Double
    package var keep: (Standing) throws -> Void

    package init(every seconds: Double = Keeper.usualSeconds, keep: @escaping (Standing) throws -> Void) {
      self.seconds = seconds
      self.keep = keep
    }
  }

  package init(recipe: TrainingRecipe, images: ImageSet, normalization: Normalization, threads: Int) {
    self.recipe = recipe
    self.images = images
    self.normalization = normalization
    self.threads = threads
  }

  /// Trains. Equal jobs give equal weights, bit for bit, whatever the number of threads, and whether a training goes
  /// through at once or in parts.
  ///
  /// - Parameters:
  ///   - keeper: What is handed the training's standing on the way.
  ///   - progress: Called after every step; returning false stops the training, which a keeper is told of unless that
  ///     was the last step.
  /// - Throws: `CancellationError` when `progress` returned false, `TrainerError` when architecture, data and teacher
  ///   do not fit together or into memory.
  package func train(
    _ job: Job, _ part: Part = Part(), keeper: Keeper? = nil, progress: (Progress) -> Bool
  ) throws -> Result {
    let (architecture, teachers) = (job.architecture, job.teachers)
    let terms = job.terms ?? LossTerms(recipe, hasDistillationToken: architecture.hasDistillationToken)
    try check(architecture, teachers: teachers, terms: terms)
    let clock = ContinuousClock()
    let began = clock.now
    let assembler = BatchAssembler(
      images: images, normalization: normalization, augmentation: recipe.augmentation,
      labelSmoothing: recipe.labelSmoothing, batchSize: recipe.batchSize, seed: job.seed)
    let totalSteps = totalSteps
    let schedule = LearningRateSchedule(
      peak: recipe.learningRate, minimum: recipe.minimumLearningRate,
      warmupSteps: min(totalSteps, Int((recipe.warmupEpochs * Double(assembler.stepsPerEpoch)).rounded())),
      totalSteps: totalSteps)

    let state =
      switch part.start {
      case .fresh: TrainingState(startingFrom: ModelWeights(architecture, seed: job.seed))
      case .weights(let weights): TrainingState(startingFrom: weights)
      case .state(let state): state
      case .standing(let standing): standing.state
      }
    let earlier = if case .standing(let standing) = part.start { standing.figures } else { nil as Standing.Figures? }
    var seconds: Double { (clock.now - began) / .seconds(1) + (earlier?.seconds ?? 0) }
    guard state.architecture == architecture else {
      throw TrainerError("the weights to begin with belong to another architecture")
    }
    guard job.mask.map({ $0.architecture == architecture }) ?? true else {
      throw TrainerError("the mask of the weights belongs to another architecture")
    }
    let lastStep = lastStep(through: part.share)
    guard state.updates < lastStep else {
      throw TrainerError("the training to go on with is at step \(state.updates), expected one before \(lastStep)")
    }
    let engine = TrainingEngine(
      resuming: state, batchSize: recipe.batchSize, terms: terms, threads: threads,
      options: .init(dropPath: recipe.dropPath, emaDecay: recipe.emaDecay, seed: job.seed, mask: job.mask))
    let loader = BatchLoader(assembler, teachers: teachers, terms: terms, threads: threads)
    var update = recipe.update

    var averageLoss = earlier?.loss
    var lastKept = clock.now
    func keep(_ loss: Double) throws {
      try keeper?.keep(Standing(state: engine.state, figures: Standing.Figures(loss: loss, seconds: seconds)))
      lastKept = clock.now
    }
    for step in state.updates..<lastStep {
      update.learningRate = schedule.rate(atStep: step)
      let result = engine.step(loader.load(step: step, with: engine), update)
      guard result.isFinite else {
        return Result(
          weights: engine.averagedWeights(), divergedAtStep: step + 1, loss: result.loss,
          samplesSeen: (step + 1) * recipe.batchSize, durationSeconds: seconds, state: nil)
      }
      let loss = averageLoss.map { 0.95 * $0 + 0.05 * result.loss } ?? result.loss
      averageLoss = loss
      let rate = Double((step + 1 - state.updates) * recipe.batchSize) / max((clock.now - began) / .seconds(1), 1e-9)
      guard progress(Progress(step: step + 1, totalSteps: lastStep, loss: loss, imagesPerSecond: rate)) else {
        // After the last step nothing is left to stop, and no state to go on from.
        if keeper != nil, step + 1 == lastStep { break }
        try keep(loss)
        throw CancellationError()
      }
      if let keeper, step + 1 < lastStep, (clock.now - lastKept) / .seconds(1) >= keeper.seconds { try keep(loss) }
    }
    return Result(
      weights: engine.averagedWeights(), divergedAtStep: nil, loss: averageLoss ?? 0,
      samplesSeen: lastStep * recipe.batchSize, durationSeconds: seconds,
      state: part.keepsState ? engine.state : nil)
  }

  /// Steps of a whole training.
  package var totalSteps: Int {
    max(1, Int((recipe.epochs * Double(max(1, images.count / recipe.batchSize))).rounded()))
  }

  /// The step that a share of a training ends with, from 1.
  package func lastStep(through share: Double) -> Int {
    min(totalSteps, max(1, Int((share * Double(totalSteps)).rounded())))
  }

  /// - Parameter terms: Nil means the recipe's.
  /// - Throws: `TrainerError` when architecture, data and teachers do not fit together or into memory.
  package func check(_ architecture: Architecture, teachers: Teachers, terms: LossTerms? = nil) throws {
    try architecture.validate()
    try checkMemory(for: architecture, teachers: teachers, terms: terms)
    func expect(_ what: String, _ found: Int, _ expected: Int) throws {
      guard found == expected else { throw TrainerError("\(what) is \(found), but the data set has \(expected)") }
    }
    try expect("the architecture's image size", architecture.imageSize, images.imageSize)
    try expect("the architecture's number of channels", architecture.channels, images.channels)
    try expect("the architecture's number of classes", architecture.classCount, images.classCount)
    let terms = terms ?? LossTerms(recipe, hasDistillationToken: architecture.hasDistillationToken)
    let hasTeachers =
      (!terms.needsDistribution || teachers.main != nil)
      && (!terms.needsClass || teachers.hard != nil || teachers.main != nil)
    guard hasTeachers else { throw TrainerError("the recipe distils, but no teacher was given") }
    for (name, teacher) in teachers.asked(by: terms) {
      switch teacher {
      case .model(let weights):
        try expect("the \(name)'s image size", weights.architecture.imageSize, images.imageSize)
        try expect("the \(name)'s number of channels", weights.architecture.channels, images.channels)
        try expect("the \(name)'s number of classes", weights.architecture.classCount, images.classCount)
      case .logits(let logits):
        let isMixed = recipe.augmentation.mixup > 0 || recipe.augmentation.cutmix > 0
        try logits.check(against: images, isMixed: isMixed, name: name)
      }
    }
  }
}

extension Trainer {
  /// Bytes that a training takes, with the evaluation at its end.
  package func memoryNeed(of architecture: Architecture, teachers: Teachers, terms: LossTerms? = nil) -> Double {
    let terms = terms ?? LossTerms(recipe, hasDistillationToken: architecture.hasDistillationToken)
    return MemoryNeed.training(
      architecture, batchSize: recipe.batchSize, evaluationBatch: 256, threads: threads,
      keepsAverage: recipe.emaDecay != nil,
      teachers: teachers.asked(by: terms).compactMap {
        if case .model(let weights) = $0.teacher { weights.architecture } else { nil }
      })
  }

  /// - Throws: `TrainerError` when what is left of the memory cannot hold a training.
  private func checkMemory(for architecture: Architecture, teachers: Teachers, terms: LossTerms?) throws(TrainerError) {
    let need = memoryNeed(of: architecture, teachers: teachers, terms: terms)
    guard let shortage = MemoryLimit.current.shortage(for: need) else { return }
    throw TrainerError(
      """
      training this architecture on batches of \(recipe.batchSize) takes \(shortage); a smaller recipe.batch-size or \
      model takes less
      """)
  }
}

/// Architecture, data set and teacher that do not fit together, or not into memory.
package struct TrainerError: Error, CustomStringConvertible, Sendable {
  package let description: String

  init(_ description: String) { self.description = description }
}
