internal import Foundation
internal import ViTArchitecture
internal import ViTData
internal import ViTFiles
internal import ViTKernels
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
    package var existing = ExistingResults.keep

    package init(source: String) { self.source = source }
  }

  /// What a training left; as JSON, nvit's answer.
  package struct Outcome: Encodable, Sendable {
    /// Path of the weights.
    package let weights: String
    package let seed: UInt64
    package let parameters: Int
    package let validationAccuracy: Double
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

  /// Blocks until the training is done.
  ///
  /// - Throws: What documents and data throw; `FileError` when results are there already or cannot be written;
  ///   `RunError` when the loss is no number; `CancellationError` when the observer asks to stop.
  package func run(_ observer: RunObserver = .none) throws -> Outcome {
    let source = try ModelSource(path: settings.source, recipePath: settings.recipe, baseline: settings.baseline)
    var recipe = source.recipe
    if let epochs = settings.epochs {
      recipe.epochs = epochs
      recipe.warmupEpochs = min(recipe.warmupEpochs, epochs)
    }
    let folder = settings.folder ?? "outputs/\(source.name)"
    let weightsPath = folder + "/weights.safetensors"
    if FileManager.default.fileExists(atPath: weightsPath), settings.existing == .keep {
      throw FileError(
        .alreadyExists, path: weightsPath, reason: "weights are already there; choose another --to, or --overwrite")
    }
    let threads = settings.threads ?? SystemInformation.coreCount
    let data = try Dataset(source.dataset, relativeTo: source.folder)
    let teachers = Teachers(
      try recipe.distillation.map {
        try Teacher(contentsOf: TeacherFile.path($0.teacher, relativeTo: source.folder))
      })
    let trainer = Trainer(recipe: recipe, images: data.training, normalization: data.normalization, threads: threads)
    try trainer.check(source.architecture, teachers: teachers)

    // Before the training, since its result would be lost in a folder that cannot be written to.
    let folders = try NewFolders(at: folder)
    defer { folders.removeEmpty() }
    let activity = "training \(source.name)"
    let result = try trainer.train(source.architecture, seed: settings.seed, teachers: teachers) { progress in
      observer.report(
        RunProgress(
          activity: activity, fraction: Double(progress.step) / Double(progress.totalSteps), loss: progress.loss,
          imagesPerSecond: progress.imagesPerSecond))
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
    let evaluation = Evaluation(
      of: result.weights, on: data.validation, normalization: data.normalization, threads: threads)
    observer.finished(
      "trained \(source.name): \(result.samplesSeen) images in \(seconds(result.durationSeconds))")
    try Checkpoint.write(
      result.weights, recipe: recipe, mean: data.normalization.mean,
      standardDeviation: data.normalization.standardDeviation, extra: ["seed": String(settings.seed)], to: weightsPath)
    try AtomicFile.write(source.architecture.canonicalJSON + "\n", to: folder + "/architecture.json")
    try describe(source, recipe, result, evaluation).write(toFolder: folder)
    return Outcome(
      weights: weightsPath, seed: settings.seed, parameters: source.architecture.parameterCount,
      validationAccuracy: evaluation.accuracy, validationLoss: evaluation.loss, trainingLoss: result.loss,
      samplesSeen: result.samplesSeen, seconds: result.durationSeconds, validationImages: evaluation.imageCount)
  }

  private func describe(
    _ source: ModelSource, _ recipe: TrainingRecipe, _ result: Trainer.Result, _ evaluation: Evaluation
  ) -> TrainedModel {
    var dataset = source.dataset
    dataset.path = URL(fileURLWithPath: dataset.path, relativeTo: URL(fileURLWithPath: source.folder + "/")).path
    var recipe = recipe
    if let teacher = recipe.distillation?.teacher {
      recipe.distillation?.teacher = URL(fileURLWithPath: TeacherFile.path(teacher, relativeTo: source.folder)).path
    }
    return TrainedModel(
      name: source.name, seed: settings.seed, dataset: dataset, recipe: recipe,
      latency: source.latency.resolved(relativeTo: source.folder), validationAccuracy: evaluation.accuracy,
      validationLoss: evaluation.loss, samplesSeen: result.samplesSeen, seconds: result.durationSeconds)
  }
}
