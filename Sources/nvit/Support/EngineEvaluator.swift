internal import Foundation
internal import Synchronization
internal import ViTArchitecture
internal import ViTData
internal import ViTFiles
internal import ViTSearch
internal import ViTTraining

/// Trains a study's candidates with nvit's own engine, and keeps their weights in the study's folder.
final class EngineEvaluator: CandidateEvaluator {
  let recipe: TrainingRecipe
  private let data: Dataset
  private let weightsFolder: String
  /// Threads in all; trainings that run at a time share them.
  let threads: Int
  private let jobs = Atomic<Int>(1)
  private let teachers: Teachers

  /// - Parameters:
  ///   - space: Names data set and recipe.
  ///   - studyFolder: Weights go to its `weights` folder.
  /// - Throws: When the data set or the recipe's teacher cannot be read.
  init(dataset: DatasetSpecification, recipe: TrainingRecipe, documentFolder: String, studyFolder: String, threads: Int)
    throws
  {
    self.recipe = recipe
    self.threads = threads
    weightsFolder = studyFolder + "/weights"
    data = try Dataset(dataset, relativeTo: documentFolder)
    teachers = Teachers(
      try recipe.distillation.map {
        try Teacher(contentsOf: TeacherFile.path($0.teacher, relativeTo: documentFolder))
      })
  }

  /// Checks that a member of the space fits data, teacher and memory, so that what does not is reported before
  /// anything is measured or trained.
  func check(_ member: Architecture?) throws {
    guard let member else { return }
    let trainer = Trainer(recipe: recipe, images: data.training, normalization: data.normalization, threads: threads)
    try trainer.check(member, teachers: teachers)
  }

  /// Says how many trainings will run at a time.
  func share(among jobs: Int) { self.jobs.store(max(1, jobs), ordering: .relaxed) }

  func evaluate(
    _ request: TrialRequest, progress: @escaping @Sendable (TrialProgress) -> Bool
  ) async throws -> TrialOutcome {
    try await OwnThread.run { try self.train(request, progress: progress) }
  }

  func testAccuracies(of trials: [TrialIdentifier]) async throws -> [TrialIdentifier: Double] {
    try await OwnThread.run {
      var accuracies: [TrialIdentifier: Double] = [:]
      for trial in trials {
        let checkpoint = try Checkpoint(contentsOf: self.weightsPath(trial))
        accuracies[trial] =
          Evaluation(
            of: checkpoint.weights, on: self.data.test, normalization: self.data.normalization, threads: self.threads
          ).accuracy
      }
      return accuracies
    }
  }

  private func weightsPath(_ trial: TrialIdentifier) -> String { "\(weightsFolder)/\(trial.weightsFileName)" }

  private func train(_ request: TrialRequest, progress: (TrialProgress) -> Bool) throws -> TrialOutcome {
    let threads = max(1, threads / jobs.load(ordering: .relaxed))
    let trainer = Trainer(
      recipe: recipe, images: data.training, normalization: data.normalization, threads: threads)
    let seed = request.identifier.seed
    let result = try trainer.train(request.architecture, seed: seed, teachers: teachers) { step in
      progress(
        TrialProgress(
          fraction: Double(step.step) / Double(step.totalSteps), trainingLoss: step.loss,
          imagesPerSecond: step.imagesPerSecond))
    }
    func outcome(_ state: TrialOutcome.State, accuracy: Double, loss: Double) -> TrialOutcome {
      TrialOutcome(
        state: state, validationAccuracy: accuracy, validationLoss: loss, trainingLoss: result.loss,
        durationSeconds: result.durationSeconds,
        imagesPerSecond: Double(result.samplesSeen) / max(result.durationSeconds, 1e-9),
        samplesSeen: result.samplesSeen)
    }
    if let step = result.divergedAtStep {
      return outcome(
        .failed(step: step, reason: "the loss or its gradient was not finite"), accuracy: 0, loss: result.loss)
    }
    let evaluation = Evaluation(
      of: result.weights, on: data.validation, normalization: data.normalization, threads: threads)
    guard evaluation.loss.isFinite else {
      let lastStep = result.samplesSeen / recipe.batchSize
      return outcome(
        .failed(step: lastStep, reason: "the validation loss was not finite"), accuracy: 0, loss: evaluation.loss)
    }
    try Checkpoint.write(
      result.weights, recipe: recipe, mean: data.normalization.mean,
      standardDeviation: data.normalization.standardDeviation, extra: ["seed": String(seed)],
      to: weightsPath(request.identifier))
    return outcome(.completed, accuracy: evaluation.accuracy, loss: evaluation.loss)
  }
}
