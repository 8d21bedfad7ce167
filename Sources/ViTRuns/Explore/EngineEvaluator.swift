internal import Foundation
internal import Synchronization
internal import ViTArchitecture
internal import ViTData
internal import ViTFiles
internal import ViTNumerics
internal import ViTSearch
internal import ViTTraining

/// Trains a study's candidates with nvit's own engine, and keeps weights and training states in the study's folder.
final class EngineEvaluator: CandidateEvaluator {
  let recipe: TrainingRecipe
  private let data: Dataset
  private let weightsFolder: String
  private let statesFolder: String
  /// Threads in all; trainings that run at a time share them.
  let threads: Int
  private let jobs = Atomic<Int>(1)
  private let teachers: Teachers
  /// What the user ought to know of a teacher whose images' normalisation nobody says; nil where there is nothing.
  let assumption: String?
  /// Where data and teacher lie, for messages.
  let places: [InputDigests.Name: String]

  /// - Parameters:
  ///   - space: Names data set and recipe.
  ///   - studyFolder: Weights go to its `weights` folder, training states to its `states` folder while they are needed.
  /// - Throws: When the data set or the recipe's teacher cannot be read.
  init(
    dataset: DatasetSpecification, classes: Int, recipe: TrainingRecipe, documentFolder: String, studyFolder: String,
    threads: Int
  ) throws {
    self.recipe = recipe
    self.threads = threads
    weightsFolder = studyFolder + "/weights"
    statesFolder = studyFolder + "/states"
    data = try Dataset(dataset, classes: classes, relativeTo: documentFolder)
    var places: [InputDigests.Name: String] = [.data: dataset.path]
    places[.teacher] = recipe.distillation?.teacher
    self.places = places
    teachers = Teachers(
      try recipe.distillation.map {
        var distillation = $0
        distillation.teacher = ProjectPath.resolved(distillation.teacher, in: documentFolder)
        distillation.architecture = distillation.architecture.map { ProjectPath.resolved($0, in: documentFolder) }
        return try distillation.reading()
      })
    assumption = recipe.distillation.flatMap { [teachers, data] in
      teachers.main?.assumption(data.normalization, path: $0.teacher, names: .recipe)
    }
  }

  /// What identifies data and teacher.
  var digests: InputDigests {
    var digests = InputDigests([.data: data.digest])
    digests[.teacher] = teachers.main?.digest
    return digests
  }

  var imageCounts: ImageCounts? { ImageCounts(validation: data.validation.count, test: data.test.count) }

  /// Checks that a member of the space fits data, teacher and memory, so that what does not is reported before
  /// anything is measured or trained.
  func check(_ member: Architecture?) throws {
    guard let member else { return }
    let trainer = Trainer(recipe: recipe, images: data.training, normalization: data.normalization, threads: threads)
    try trainer.check(member, teachers: teachers)
  }

  /// Checks that every rung ends at a step of its own.
  ///
  /// - Throws: `SearchError` that names the two rungs that would end at the same step.
  func check(rungs: [Double]) throws {
    let trainer = Trainer(recipe: recipe, images: data.training, normalization: data.normalization, threads: threads)
    let ends = rungs.map { trainer.lastStep(through: $0) }
    for (index, end) in ends.enumerated().dropFirst() where end <= ends[index - 1] {
      throw SearchError(
        .badSpace,
        """
        rungs \(ReadableNumber.significant(rungs[index - 1])) and \(ReadableNumber.significant(rungs[index])) of a \
        training of \(trainer.totalSteps) steps both end at step \(end), expected rungs farther apart or a longer training
        """)
    }
  }

  /// The most trainings of the members that fit into memory at a time, at least 1 and at most `wanted`.
  func jobsWithinMemory(_ members: [Architecture], wanted: Int) -> Int {
    let left = MemoryLimit.current.bytes
    var jobs = max(1, wanted)
    while jobs > 1 {
      let trainer = Trainer(
        recipe: recipe, images: data.training, normalization: data.normalization, threads: max(1, threads / jobs))
      let most = members.map { trainer.memoryNeed(of: $0, teachers: teachers) }.max() ?? 0
      if Double(jobs) * most <= left { break }
      jobs -= 1
    }
    return jobs
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

  func dropStates(except kept: Set<TrialIdentifier>) throws {
    let names = Set(kept.map(\.stateFileName))
    let found = (try? FileManager.default.contentsOfDirectory(atPath: statesFolder)) ?? []
    for name in found where name.hasSuffix(".safetensors") && !names.contains(name) {
      try FileManager.default.removeItem(atPath: statesFolder + "/" + name)
    }
    // Fails while something is left in it.
    rmdir(statesFolder)
  }

  private func weightsPath(_ trial: TrialIdentifier) -> String { "\(weightsFolder)/\(trial.weightsFileName)" }

  private func statePath(_ trial: TrialIdentifier) -> String { "\(statesFolder)/\(trial.stateFileName)" }

  /// The state that the training goes on from. Without one it begins anew, which gives the same weights.
  private func start(of request: TrialRequest, _ trainer: Trainer) -> TrainingState? {
    guard let path = request.predecessor.map({ statePath($0) }), let state = try? TrainingState(contentsOf: path),
      state.architecture == request.architecture, state.updates == trainer.lastStep(through: request.startShare)
    else { return nil }
    return state
  }

  private func train(_ request: TrialRequest, progress: (TrialProgress) -> Bool) throws -> TrialOutcome {
    let threads = max(1, threads / jobs.load(ordering: .relaxed))
    let trainer = Trainer(
      recipe: recipe, images: data.training, normalization: data.normalization, threads: threads)
    let seed = request.identifier.seed
    let state = start(of: request, trainer)
    let seenBefore = (state?.updates ?? 0) * recipe.batchSize
    let result = try trainer.train(
      .init(request.architecture, seed: seed, teachers: teachers),
      .init(
        from: state.map { .state($0) } ?? .fresh, through: request.endShare, keepsState: request.keepsState)
    ) { step in
      progress(
        TrialProgress(
          fraction: Double(step.step) / Double(step.totalSteps), trainingLoss: step.loss,
          imagesPerSecond: step.imagesPerSecond))
    }
    func outcome(_ state: TrialOutcome.State, accuracy: Double, loss: Double) -> TrialOutcome {
      TrialOutcome(
        state: state, validationAccuracy: accuracy, validationLoss: loss, trainingLoss: result.loss,
        durationSeconds: result.durationSeconds,
        imagesPerSecond: Double(result.samplesSeen - seenBefore) / max(result.durationSeconds, 1e-9),
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
    if let state = result.state {
      _ = try NewFolders(at: statesFolder)
      try state.write(to: statePath(request.identifier))
    }
    if request.keepsWeights {
      try Checkpoint.write(
        result.weights, recipe: recipe, mean: data.normalization.mean,
        standardDeviation: data.normalization.standardDeviation, extra: ["seed": String(seed)],
        to: weightsPath(request.identifier))
    }
    return outcome(.completed, accuracy: evaluation.accuracy, loss: evaluation.loss)
  }
}
