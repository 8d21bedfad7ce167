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

  private let dataDigest: String

  /// - Parameters:
  ///   - folder: The dense model's.
  ///   - place: Where the data set lies, instead of where the model's description says.
  /// - Throws: When the folder is not one that a training left, the data are not those of the training, or model and
  ///   data set do not fit.
  init(folder: String, units: UnitOptions, data place: String?, threads: Int) throws {
    description = try TrainedModel.readDescription(folder: folder, data: place)
    let checkpoint = try Checkpoint(contentsOf: folder + "/weights.safetensors")
    weights = checkpoint.weights
    weightsPath = ProjectPath.absolute(folder + "/weights.safetensors")
    data = try Dataset(description.dataset)
    dataDigest = data.digest
    try description.check(InputDigests([.data: dataDigest]), folder: folder)
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

  /// What a pruning of it is made from.
  func digests(hardTeacher: Teacher?) -> InputDigests {
    var digests = InputDigests([.data: dataDigest, .dense: weights.digest])
    digests[.hardTeacher] = hardTeacher?.digest
    return digests
  }
}
