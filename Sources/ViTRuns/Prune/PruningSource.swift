internal import Foundation
internal import ViTArchitecture
internal import ViTData
internal import ViTFiles
internal import ViTPruning
internal import ViTTraining

/// The dense model of a pruning run, with its images and what was asked of its units.
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

  /// - Parameter folder: The dense model's.
  /// - Throws: When the folder is not one that a training left, or model and data set do not fit.
  init(folder: String, units: UnitOptions, threads: Int) throws {
    let (description, checkpoint) = try TrainedModel.read(folder: folder)
    self.description = description
    weights = checkpoint.weights
    weightsPath = URL(fileURLWithPath: folder + "/weights.safetensors").standardizedFileURL.path
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
      recipe: recipe, images: data.training, normalization: normalization, threads: threads
    ).check(weights.architecture, teachers: Teachers())
    groups = GroupSettings(
      for: weights.architecture, sizes: units.groupSizes, floors: units.floors,
      keepsMultiplesOf16: units.keepsMultiplesOf16)
    divisors = SaliencyDivisors(depth: weights.architecture.depth, changed: units.divisors)
  }
}
