internal import ArgumentParser
internal import Foundation
internal import ViTArchitecture
internal import ViTData
internal import ViTFiles
internal import ViTNumerics
internal import ViTTraining

struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train one architecture and keep its weights.",
    discussion: """
      SOURCE is a search space with nothing open, a search space with --baseline, or a JSON architecture with \
      --recipe. The model is scored on the validation split; the test images stay untouched.

      Examples:
        nvit train search-spaces/quickstart.yaml --baseline deit-64 --to outputs/deit-64
        nvit train model.json --recipe search-spaces/quickstart.yaml --epochs 2 --to outputs/model
      """)

  @Argument(help: "A search space (.yaml) or an architecture (.json).")
  var source: String

  @Option(help: "The search space that names data set and recipe, for a JSON architecture.")
  var recipe: String?

  @Option(help: "Train this baseline of the search space.")
  var baseline: String?

  @Option(help: "Folder for the weights; it must not hold weights yet (default: outputs/<name>).")
  var to: String?

  @Option(help: "Seed of weights, data order, augmentation and stochastic depth.")
  var seed: UInt64 = 0

  @Option(help: "Train for this many epochs instead of the recipe's.")
  var epochs: Double?

  @OptionGroup var threads: ThreadOption

  @Flag(help: "Replace weights that are already there.")
  var overwrite = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  mutating func validate() throws {
    if let epochs, !(epochs > 0 && epochs <= 100_000) {
      throw ValidationError("--epochs is \(epochs), expected a number above 0 and at most 100000.")
    }
  }

  mutating func run() async throws {
    let source = try ModelSource(path: source, recipePath: recipe, baseline: baseline)
    var recipe = source.recipe
    if let epochs {
      recipe.epochs = epochs
      recipe.warmupEpochs = min(recipe.warmupEpochs, epochs)
    }
    let folder = to ?? "outputs/\(source.name)"
    let weightsPath = folder + "/weights.safetensors"
    if FileManager.default.fileExists(atPath: weightsPath), !overwrite {
      throw FileError(
        .alreadyExists, path: weightsPath, reason: "weights are already there; choose another --to, or --overwrite")
    }
    let data = try Dataset(source.dataset, relativeTo: source.folder)
    let teachers = Teachers(
      try recipe.distillation.map {
        try Teacher(contentsOf: TeacherFile.path($0.teacher, relativeTo: source.folder))
      })
    let trainer = Trainer(
      recipe: recipe, images: data.training, normalization: data.normalization, threads: threads.count)
    try trainer.check(source.architecture, teachers: teachers)

    // Before the training, since its result would be lost in a folder that cannot be written to.
    let folders = try NewFolders(at: folder)
    defer { folders.removeEmpty() }
    Interruption.install()
    let bar = ProgressBar("training \(source.name)")
    let result = try trainer.train(source.architecture, seed: seed, teachers: teachers) { progress in
      bar.update(
        Double(progress.step) / Double(progress.totalSteps),
        remark: "loss \(ReadableNumber.fixed(progress.loss, decimals: 3)), \(Int(progress.imagesPerSecond)) images/s")
      return !Interruption.isRequested
    }
    if let step = result.divergedAtStep {
      bar.finish("diverged")
      throw TrainingDiverged(step: step)
    }
    let evaluation = Evaluation(
      of: result.weights, on: data.validation, normalization: data.normalization, threads: threads.count)
    bar.finish(
      "trained \(source.name): \(result.samplesSeen) images in \(ReadableNumber.fixed(result.durationSeconds, decimals: 1)) s"
    )
    try Checkpoint.write(
      result.weights, recipe: recipe, mean: data.normalization.mean,
      standardDeviation: data.normalization.standardDeviation, extra: ["seed": String(seed)], to: weightsPath)
    try AtomicFile.write(source.architecture.canonicalJSON + "\n", to: folder + "/architecture.json")
    try describe(source, recipe, result, evaluation).write(toFolder: folder)

    let report = Report(
      weights: weightsPath, seed: seed, parameters: source.architecture.parameterCount,
      validationAccuracy: evaluation.accuracy, validationLoss: evaluation.loss, trainingLoss: result.loss,
      samplesSeen: result.samplesSeen, seconds: result.durationSeconds)
    if json {
      try JSONOutput.print(report)
    } else {
      print(
        """
        validation accuracy  \(ReadableNumber.percentage(evaluation.accuracy)) on \(evaluation.imageCount) images
        validation loss      \(ReadableNumber.fixed(evaluation.loss, decimals: 4))
        weights              \(weightsPath)
        """)
    }
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
      name: source.name, seed: seed, dataset: dataset, recipe: recipe,
      latency: source.latency.resolved(relativeTo: source.folder), validationAccuracy: evaluation.accuracy,
      validationLoss: evaluation.loss, samplesSeen: result.samplesSeen, seconds: result.durationSeconds)
  }

  private struct Report: Encodable {
    var weights: String
    var seed: UInt64
    var parameters: Int
    var validationAccuracy: Double
    var validationLoss: Double
    var trainingLoss: Double
    var samplesSeen: Int
    var seconds: Double
  }
}

/// A training whose loss stopped being a number.
struct TrainingDiverged: Error, CustomStringConvertible {
  let step: Int

  var description: String {
    "the loss or its gradient was not finite at step \(step); no weights were written. Try a lower learning-rate, "
      + "or gradient-clip: 1"
  }
}
