package import ViTArchitecture
package import ViTData
internal import ViTKernels

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

  /// What a training begins with.
  package enum Start {
    /// Weights drawn from the seed.
    case fresh
    /// Trained weights, taken over and changed in place; moments and schedule begin anew.
    case weights(ModelWeights)
    /// An earlier part of the same training: same recipe, seed and schedule.
    case state(TrainingState)
  }

  package init(recipe: TrainingRecipe, images: ImageSet, normalization: Normalization, threads: Int) {
    self.recipe = recipe
    self.images = images
    self.normalization = normalization
    self.threads = threads
  }

  /// Trains. Equal arguments give equal weights, bit for bit, whatever the number of threads, and whether a training
  /// goes through at once or in parts.
  ///
  /// - Parameters:
  ///   - teachers: Those that the loss needs.
  ///   - terms: What to minimise; nil takes the recipe's terms.
  ///   - mask: Weights outside it are zero from the start and stay so.
  ///   - start: What to begin with.
  ///   - share: Where to stop, as a share of the recipe's steps, 0 to 1; the schedule is that of the whole.
  ///   - keepsState: Whether to return what is needed to go on.
  ///   - progress: Called after every step; returning false stops the training.
  /// - Throws: `CancellationError` when `progress` returned false, `TrainerError` when architecture, data and teacher
  ///   do not fit together or into memory.
  package func train(
    _ architecture: Architecture, seed: UInt64, teachers: Teachers = Teachers(), terms: LossTerms? = nil,
    mask: WeightMask? = nil, from start: Start = .fresh, through share: Double = 1, keepsState: Bool = false,
    progress: (Progress) -> Bool
  ) throws -> Result {
    let terms = terms ?? LossTerms(recipe, hasDistillationToken: architecture.hasDistillationToken)
    try check(architecture, teachers: teachers, terms: terms)
    let clock = ContinuousClock()
    let began = clock.now
    let assembler = BatchAssembler(
      images: images, normalization: normalization, augmentation: recipe.augmentation,
      labelSmoothing: recipe.labelSmoothing, batchSize: recipe.batchSize, seed: seed)
    let totalSteps = totalSteps
    let schedule = LearningRateSchedule(
      peak: recipe.learningRate, minimum: recipe.minimumLearningRate,
      warmupSteps: min(totalSteps, Int((recipe.warmupEpochs * Double(assembler.stepsPerEpoch)).rounded())),
      totalSteps: totalSteps)

    let state =
      switch start {
      case .fresh: TrainingState(startingFrom: ModelWeights(architecture, seed: seed))
      case .weights(let weights): TrainingState(startingFrom: weights)
      case .state(let state): state
      }
    guard state.architecture == architecture else {
      throw TrainerError("the weights to begin with belong to another architecture")
    }
    guard mask.map({ $0.architecture == architecture }) ?? true else {
      throw TrainerError("the mask of the weights belongs to another architecture")
    }
    let lastStep = lastStep(through: share)
    guard state.updates < lastStep else {
      throw TrainerError("the training to go on with is at step \(state.updates), expected one before \(lastStep)")
    }
    let engine = TrainingEngine(
      resuming: state, batchSize: recipe.batchSize, terms: terms, threads: threads, dropPath: recipe.dropPath,
      emaDecay: recipe.emaDecay, seed: seed, mask: mask)
    let loader = BatchLoader(assembler, teachers: teachers, terms: terms, threads: threads)
    var update = TrainingEngine.Update(learningRate: recipe.learningRate)
    update.weightDecay = recipe.weightDecay
    update.beta1 = recipe.beta1
    update.beta2 = recipe.beta2
    update.epsilon = recipe.epsilon
    update.gradientClip = recipe.gradientClip

    var averageLoss = 0.0
    for step in state.updates..<lastStep {
      update.learningRate = schedule.rate(atStep: step)
      let result = engine.step(loader.load(step: step, with: engine), update)
      guard result.isFinite else {
        return Result(
          weights: engine.averagedWeights(), divergedAtStep: step + 1, loss: result.loss,
          samplesSeen: (step + 1) * recipe.batchSize, durationSeconds: (clock.now - began) / .seconds(1), state: nil)
      }
      averageLoss = step == state.updates ? result.loss : 0.95 * averageLoss + 0.05 * result.loss
      let seconds = (clock.now - began) / .seconds(1)
      let rate = Double((step + 1 - state.updates) * recipe.batchSize) / max(seconds, 1e-9)
      guard
        progress(
          Progress(step: step + 1, totalSteps: lastStep, loss: averageLoss, imagesPerSecond: rate))
      else { throw CancellationError() }
    }
    return Result(
      weights: engine.averagedWeights(), divergedAtStep: nil, loss: averageLoss,
      samplesSeen: lastStep * recipe.batchSize, durationSeconds: (clock.now - began) / .seconds(1),
      state: keepsState ? engine.state : nil)
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
    try MemoryNeed.check(architecture, batchSize: recipe.batchSize)
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

/// Architecture, data set and teacher that do not fit together, or not into memory.
package struct TrainerError: Error, CustomStringConvertible, Sendable {
  package let description: String

  init(_ description: String) { self.description = description }
}
