internal import ArgumentParser
internal import Foundation
internal import ViTArchitecture
internal import ViTData
internal import ViTFiles
internal import ViTPruning
internal import ViTTraining

/// The dense model of a pruning run, with its images and what the command line says of its units.
struct PruningSource {
  let description: TrainedModel
  let weights: ModelWeights
  let weightsPath: String
  let data: Dataset
  let normalization: Normalization
  let groups: GroupSettings
  let divisors: SaliencyDivisors
  /// The recipe that the dense model was trained with, without a teacher: the dense model takes its place.
  let recipe: TrainingRecipe

  /// - Throws: When the folder is not one that `nvit train` wrote, or model and data set do not fit.
  init(_ options: PruneCommand) throws {
    let (description, checkpoint) = try TrainedModel.read(folder: options.dense)
    self.description = description
    weights = checkpoint.weights
    weightsPath = URL(fileURLWithPath: options.dense + "/weights.safetensors").standardizedFileURL.path
    data = try Dataset(description.dataset)
    normalization =
      if let mean = checkpoint.mean, let deviation = checkpoint.standardDeviation, mean.count == data.training.channels
      {
        Normalization(mean: mean, standardDeviation: deviation)
      } else {
        data.normalization
      }
    var recipe = description.recipe
    recipe.distillation = nil
    self.recipe = recipe
    try Trainer(
      recipe: recipe, images: data.training, normalization: normalization, threads: options.threads.count
    ).check(weights.architecture, teachers: Teachers())
    groups = GroupSettings(
      for: weights.architecture, sizes: try KindOption.counts(options.groupSize, "--group-size"),
      floors: try KindOption.counts(options.floor, "--floor"), keepsMultiplesOf16: options.divisibleBy16)
    divisors = SaliencyDivisors(
      depth: weights.architecture.depth, changed: try KindOption.table(options.divisor, "--divisor"))
  }
}
