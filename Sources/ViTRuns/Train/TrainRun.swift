internal import ViTArchitecture
internal import ViTData
internal import ViTFiles
internal import ViTKernels
internal import ViTStorage
internal import ViTTraining

/// Trains one architecture and keeps its weights.
package struct TrainRun: Sendable {
  package struct Settings: RunSettings, Hashable {
    /// A search-space document, or a JSON architecture.
    package var source: String
    /// The document that names data set and recipe, for a JSON architecture.
    package var recipe: String?
    /// A baseline of the document to train instead of its rule.
    package var baseline: String?
    /// Where results go; nil for `outputs/` and the model's name.
    package var folder: String?
    /// Of weights, data order, augmentation and stochastic depth.
    package var seed: UInt64 = 0
    /// Instead of the recipe's.
    package var epochs: Double?
    /// Nil for every core.
    package var threads: Int?
    /// Where the data set lies, instead of where the document says.
    package var data: String?
    package var existing = ExistingResults.keep

    package init(source: String) { self.source = source }
  }

  /// What a training left; as JSON, nvit's answer.
  package struct Outcome: Encodable, Sendable {
    /// Path of the weights.
    package let weights: String
    package let seed: UInt64
    package let parameters: Int
    package var validationAccuracy: Double
    package let validationLoss: Double
    package let trainingLoss: Double
    package let samplesSeen: Int
    package let seconds: Double
    package let validationImages: Int

    private enum CodingKeys: String, CodingKey {
      case weights, seed, parameters, validationAccuracy, validationLoss, trainingLoss, samplesSeen, seconds
    }
  }

  package let settings: Settings

  package init(_ settings: Settings) { self.settings = settings }

  private var threads: Int { settings.threads ?? SystemInformation.coreCount }

  /// Blocks until the training is done.
  ///
  /// - Throws: What documents and data throw; `FileError` when results are there already or cannot be written, when
  ///   another run is at work in the folder, or when a training that goes on was started otherwise; `RunError` when the
  ///   loss is no number; `UnfinishedRun` when the observer asks to stop.
  package func run(_ observer: RunObserver = .none) throws -> Outcome {
    let source = try ModelSource(path: settings.source, recipePath: settings.recipe, baseline: settings.baseline)
    let path = settings.folder ?? "outputs/\(source.name)"
    let folder = try RunFolder(path, as: .train, existing: settings.existing)
    do {
      return try train(source, in: folder, observer)
    } catch {
      if !folder.exists(TrainingJob.fileName) { folder.discard() }
      throw error
    }
  }

  private func train(_ source: ModelSource, in folder: RunFolder, _ observer: RunObserver) throws -> Outcome {
    var job = source.job(seed: settings.seed, epochs: settings.epochs, data: settings.data)
    let data = try Dataset(job.dataset)
    let teachers = Teachers(try job.recipe.distillation.map { try Teacher(contentsOf: $0.teacher) })
    let trainer = Trainer(
      recipe: job.recipe, images: data.training, normalization: data.normalization, threads: threads)
    try trainer.check(job.architecture, teachers: teachers)
    job.digests[.data] = data.digest
    job.digests[.teacher] = teachers.main?.digest

    let store = StateStore<Trainer.Standing.Figures>(folder: folder, schema: "nvit.training-progress/1")
    let start = try begin(job, in: folder, store)
    let asked = job
    do {
      return try folder.carryOut(
        settings, name: asked.name, seed: asked.seed, threads: threads, digests: asked.digests
      ) {
        let result = try work(asked, trainer, teachers, from: start, store, observer)
        let evaluation = Evaluation(
          of: result.weights, on: data.validation, normalization: data.normalization, threads: threads)
        observer.finished("trained \(asked.name): \(result.samplesSeen) images in \(seconds(result.durationSeconds))")
        try write(result, evaluation, asked, data.normalization, in: folder)
        try store.drop()
        return outcome(result, evaluation, asked, folder)
      }
    } catch {
      // A training that left nothing to go on from leaves nothing.
      if !folder.exists("state/state.json") { try? folder.clear() }
      throw error
    }
  }

  private func outcome(
    _ result: Trainer.Result, _ evaluation: Evaluation, _ job: TrainingJob, _ folder: RunFolder
  ) -> Outcome {
    Outcome(
      weights: folder("weights.safetensors"), seed: job.seed, parameters: job.architecture.parameterCount,
      validationAccuracy: evaluation.accuracy, validationLoss: evaluation.loss, trainingLoss: result.loss,
      samplesSeen: result.samplesSeen, seconds: result.durationSeconds, validationImages: evaluation.imageCount)
  }

  /// Writes down what is asked for, or checks that it is what was asked for before.
  private func begin(
    _ job: TrainingJob, in folder: RunFolder, _ store: StateStore<Trainer.Standing.Figures>
  ) throws(FileError) -> Trainer.Start {
    guard settings.existing == .resume else {
      try folder.clear()
      try job.write(toFolder: folder.path)
      return .fresh
    }
    let saved = try store.load()
    guard saved != nil || !folder.exists(TrainedModel.fileName) else {
      throw FileError(
        .alreadyExists, path: folder.path, reason: "the training is finished, so there is nothing to resume")
    }
    try job.check(against: try TrainingJob.read(inFolder: folder.path), folder: folder.path)
    return saved.map { .standing(Trainer.Standing(state: $0.training, figures: $0.progress)) } ?? .fresh
  }

  private func work(
    _ job: TrainingJob, _ trainer: Trainer, _ teachers: Teachers, from start: Trainer.Start,
    _ store: StateStore<Trainer.Standing.Figures>, _ observer: RunObserver
  ) throws -> Trainer.Result {
    let activity = "training \(job.name)"
    let keeper = Trainer.Keeper { try store.save($0.state, $0.figures, number: $0.state.updates) }
    var step = 0
    let result: Trainer.Result
    do {
      result = try trainer.train(
        .init(job.architecture, seed: job.seed, teachers: teachers), .init(from: start), keeper: keeper
      ) { progress in
        step = progress.step
        return observer.report(
          RunProgress(
            activity: activity, fraction: Double(progress.step) / Double(progress.totalSteps), loss: progress.loss,
            imagesPerSecond: progress.imagesPerSecond))
      }
    } catch let error as CancellationError {
      var resumption = settings
      resumption.existing = .resume
      throw UnfinishedRun(
        cause: error, kept: "\(step) of \(trainer.totalSteps) steps are kept", resumption: resumption)
    }
    if let step = result.divergedAtStep {
      observer.finished("diverged")
      throw RunError(
        .diverged,
        """
        the loss or its gradient was not finite at step \(step); no weights were written. Try a lower learning-rate, \
        or gradient-clip: 1
        """)
    }
    return result
  }

  /// The description comes last: it says that the training is done.
  private func write(
    _ result: Trainer.Result, _ evaluation: Evaluation, _ job: TrainingJob, _ normalization: Normalization,
    in folder: RunFolder
  ) throws(FileError) {
    try Checkpoint.write(
      result.weights, recipe: job.recipe, mean: normalization.mean,
      standardDeviation: normalization.standardDeviation, extra: ["seed": String(job.seed)],
      to: folder("weights.safetensors"))
    try AtomicFile.write(job.architecture.canonicalJSON + "\n", to: folder("architecture.json"))
    try TrainedModel(
      name: job.name, seed: job.seed, dataset: job.dataset, recipe: job.recipe, latency: job.latency,
      digests: job.digests, validationAccuracy: evaluation.accuracy, validationLoss: evaluation.loss,
      samplesSeen: result.samplesSeen, seconds: result.durationSeconds
    ).write(toFolder: folder.path)
  }
}
