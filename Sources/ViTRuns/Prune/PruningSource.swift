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
  /// What the user ought to know where nobody says how the model's images are normalised; nil where there is nothing.
  let assumption: String?
  let groups: GroupSettings
  let divisors: SaliencyDivisors
  /// The recipe that the dense model was trained with, without a teacher: the dense model takes its place.
  let recipe: TrainingRecipe

  private let dataDigest: String

  /// - Parameters:
  ///   - folder: The dense model's.
  ///   - facts: What the file of the weights does not say itself.
  ///   - place: Where the data set lies, instead of where the model's description says.
  /// - Throws: When the folder is not one that a training left, the data are not those of the training, or model and
  ///   data set do not fit.
  init(
    folder: String, facts: WeightsFacts, units: UnitOptions, data place: String?, threads: Int
  ) throws {
    description = try TrainedModel.readDescription(folder: folder, data: place)
    let path = folder + "/weights.safetensors"
    let checkpoint = try Checkpoint(contentsOf: path, try facts.supplement(named: .options()))
    weights = checkpoint.weights
    weightsPath = ProjectPath.absolute(path)
    data = try Dataset(description.dataset, classes: weights.architecture.classCount)
    dataDigest = data.digest
    try description.check(InputDigests([.data: dataDigest]), folder: folder)
    normalization = checkpoint.normalization ?? data.normalization
    assumption =
      checkpoint.normalization == nil
      ? Checkpoint.assumption(data.normalization, ofWeightsIn: path, names: .options()) : nil
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
