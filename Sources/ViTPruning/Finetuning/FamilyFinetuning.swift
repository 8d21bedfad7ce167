internal import Foundation
package import ViTArchitecture
package import ViTData
internal import ViTFiles
package import ViTTraining

/// Trains the members of a pruned family on, or anew, one after another.
package struct FamilyFinetuning: Sendable {
  package let source: Source
  package let settings: FinetuneSettings
  /// As it is run: epochs, learning rate and warm-up are those of the settings.
  package let recipe: TrainingRecipe
  package let threads: Int
  /// Where weights and the document go; it exists.
  package let folder: String

  /// What finetuning reads.
  package struct Source: Sendable {
    package let family: PrunedFamily
    /// Of the family's description; its weights lie there.
    package let folder: String
    package let data: Dataset
    /// The models or logits that the settings name, read.
    package let teachers: Teachers

    package init(_ family: PrunedFamily, inFolder folder: String, data: Dataset, teachers: Teachers) {
      self.family = family
      self.folder = folder
      self.data = data
      self.teachers = teachers
    }
  }

  /// How far all trainings together are.
  package struct Progress: Sendable {
    /// 0 to 1, of the trainings of this run, weighed by the members' multiply-accumulates.
    package let fraction: Double
    /// The training at work, counted from 1, and how many there are.
    package let training: Int
    package let trainingCount: Int
    package let target: String
    package let seed: UInt64
    package let loss: Double
    package let imagesPerSecond: Double
  }

  /// A member and a seed to train it with.
  package struct Job: Hashable, Sendable {
    package let snapshot: PrunedFamily.Snapshot
    package let seed: UInt64

    package init(snapshot: PrunedFamily.Snapshot, seed: UInt64) {
      self.snapshot = snapshot
      self.seed = seed
    }
  }

  package init(
    _ source: Source, settings: FinetuneSettings, recipe: TrainingRecipe, threads: Int, folder: String
  ) {
    self.source = source
    self.settings = settings
    self.recipe = recipe
    self.threads = threads
    self.folder = folder
  }

  /// Whether the settings name terms of their own; a training from scratch without teachers follows its recipe.
  private func terms(_ architecture: Architecture) -> LossTerms? {
    guard settings.kind == .finetuned || settings.teacher != nil || settings.hardTeacher != nil else { return nil }
    guard recipe.distillation == nil else { return nil }
    return LossTerms(
      hardWeight: settings.hardTeacher == nil ? 0 : settings.hardWeight,
      fullModelWeight: settings.teacher == nil ? 0 : settings.teacherWeight, temperature: settings.temperature,
      hasDistillationToken: architecture.hasDistillationToken)
  }

  private var trainer: Trainer {
    Trainer(recipe: recipe, images: source.data.training, normalization: source.data.normalization, threads: threads)
  }

  /// Reads every snapshot that is going to be needed, so that what is missing or does not fit is reported first.
  ///
  /// - Throws: `FileError` for weights that are missing or broken; `TrainerError` for what does not fit together.
  package func check(_ jobs: [Job]) throws {
    var seen: Set<PrunedFamily.Snapshot> = []
    for job in jobs where seen.insert(job.snapshot).inserted {
      let architecture = job.snapshot.model.architecture
      try trainer.check(architecture, teachers: source.teachers, terms: terms(architecture))
      if settings.kind == .finetuned { _ = try weights(of: job.snapshot) }
    }
  }

  private func weights(of snapshot: PrunedFamily.Snapshot) throws(FileError) -> ModelWeights {
    let path = snapshot.model.weightsPath(in: source.folder)
    let checkpoint = try Checkpoint(contentsOf: path, architecture: snapshot.model.architecture)
    let weights = checkpoint.weights
    if let pruned = snapshot.model.weightsDigest, pruned != weights.digest {
      throw FileError(
        .changed, path: path,
        reason: "the weights are not those that pruning left: SHA-256 \(pruned) then, \(weights.digest) now")
    }
    for entry in weights.table.entries where weights.values(of: entry.name)?.contains(where: { !$0.isFinite }) == true {
      throw FileError(.malformed, path: path, reason: "tensor \"\(entry.name)\" holds values that are no numbers")
    }
    return weights
  }

  /// Runs the jobs. Equal arguments give equal weights, whatever the number of threads and of interruptions.
  ///
  /// - Parameters:
  ///   - document: What is done already; it is written to the folder after every training.
  ///   - standing: Where a job was stopped; nil for one to begin.
  ///   - keep: Handed where a job stands, now and then and when it is stopped.
  ///   - progress: Called after every step; returning false stops.
  /// - Throws: `CancellationError` when `progress` returned false; `FinetuneDiverged`; errors of reading and writing.
  ///   Finished trainings are kept.
  package func run(
    _ jobs: [Job], addingTo document: FinetunedFamily, standing: (Job) throws -> Trainer.Standing? = { _ in nil },
    keep: @escaping (Job, Trainer.Standing) throws -> Void = { _, _ in }, progress: (Progress) -> Bool
  ) throws -> FinetunedFamily {
    var document = document
    let costs = jobs.map { Double($0.snapshot.model.architecture.multiplyAccumulates) }
    let total = max(costs.reduce(0, +), 1)
    var done = 0.0
    for (index, job) in jobs.enumerated() {
      let keeper = Trainer.Keeper { try keep(job, $0) }
      let model = try train(job, from: try standing(job), keeper) { step in
        progress(
          Progress(
            fraction: (done + costs[index] * Double(step.step) / Double(step.totalSteps)) / total, training: index + 1,
            trainingCount: jobs.count, target: job.snapshot.target, seed: job.seed, loss: step.loss,
            imagesPerSecond: step.imagesPerSecond))
      }
      done += costs[index]
      document.models.removeAll { $0.target == model.target && $0.seed == model.seed }
      document.models.append(model)
      try document.write(toFolder: folder)
    }
    return document
  }

  /// Where the weights of a job go, relative to the folder.
  package static func weightsFile(_ job: Job) -> String { "\(job.snapshot.slug)/seed\(job.seed).safetensors" }

  private func accuracy(_ weights: ModelWeights) -> Evaluation {
    Evaluation(of: weights, on: source.data.validation, normalization: source.data.normalization, threads: threads)
  }

  private func train(
    _ job: Job, from standing: Trainer.Standing?, _ keeper: Trainer.Keeper, progress: (Trainer.Progress) -> Bool
  ) throws -> FinetunedFamily.Model {
    let architecture = job.snapshot.model.architecture
    var start = Trainer.Start.fresh
    var (before, masked): (Double?, Double?)
    var mask: WeightMask?
    if settings.kind == .finetuned {
      let weights = try weights(of: job.snapshot)
      before = accuracy(weights).accuracy
      mask = settings.sparsity.map { $0.mask(of: weights) }
      masked = mask.map { accuracy($0.applied(to: weights)).accuracy }
      start = .weights(weights)
    }
    let result = try trainer.train(
      .init(architecture, seed: job.seed, teachers: source.teachers, terms: terms(architecture), mask: mask),
      .init(from: standing.map { .standing($0) } ?? start), keeper: keeper, progress: progress)
    let evaluation = accuracy(result.weights)
    if result.divergedAtStep != nil || !evaluation.loss.isFinite {
      throw FinetuneDiverged(
        target: job.snapshot.target, seed: job.seed,
        step: result.divergedAtStep ?? result.samplesSeen / recipe.batchSize)
    }
    let file = FamilyFinetuning.weightsFile(job)
    let folders = try NewFolders(forFile: folder + "/" + file)
    defer { folders.removeEmpty() }
    var extra = ["seed": String(job.seed), "family": source.family.name, "target": job.snapshot.target]
    if let sparsity = settings.sparsity { extra["sparsity"] = sparsity.rawValue }
    let normalization = source.data.normalization
    try Checkpoint.write(
      result.weights, recipe: recipe, mean: normalization.mean, standardDeviation: normalization.standardDeviation,
      extra: extra, to: folder + "/" + file)
    let size = settings.sparsity.map { SparseSize(architecture, pattern: $0) }
    return FinetunedFamily.Model(
      target: job.snapshot.target, seed: job.seed, kind: settings.kind, architecture: architecture,
      parameters: architecture.parameterCount,
      remainingParameters: size?.remainingParameters ?? architecture.parameterCount,
      validationAccuracyBefore: before, validationAccuracyMasked: masked, validationImages: evaluation.imageCount,
      validationAccuracy: evaluation.accuracy,
      validationLoss: evaluation.loss, trainingLoss: result.loss, samplesSeen: result.samplesSeen,
      seconds: result.durationSeconds, weightsFile: file, teacher: settings.teacher,
      hardTeacher: settings.hardTeacher, sparsity: settings.sparsity)
  }
}

/// A finetuning whose loss stopped being a number.
package struct FinetuneDiverged: Error, CustomStringConvertible, Sendable {
  package let target: String
  package let seed: UInt64
  package let step: Int

  package var description: String {
    "\(target), seed \(seed): the loss or its gradient was not finite at step \(step); no weights were written for it. "
      + "Try a lower --learning-rate"
  }
}
