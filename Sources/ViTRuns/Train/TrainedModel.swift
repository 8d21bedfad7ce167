internal import ViTArchitecture
internal import ViTFiles

/// A model that a training made, as its folder's `training.json` describes it: what is needed to go on with it.
struct TrainedModel: ProjectDocument, TrainingSource {
  static let schemas = ["nvit.training/2", "nvit.training/1"]
  static let fileName = "training.json"

  var schema = TrainedModel.currentSchema
  var name: String
  var seed: UInt64
  var dataset: DatasetSpecification
  /// The recipe as it was run.
  var recipe: TrainingRecipe
  /// How latencies are measured or predicted.
  var latency: LatencySettings
  /// Of data and teacher; nil where an older version trained.
  var digests: InputDigests?
  var validationAccuracy: Double
  var validationLoss: Double
  var samplesSeen: Int
  var seconds: Double

  private enum CodingKeys: String, SnakeCaseKey {
    case schema, name, seed, dataset, recipe, latency, digests, validationAccuracy, validationLoss, samplesSeen, seconds
  }

  /// Reads a folder's description.
  ///
  /// - Parameter data: Where the data set lies now; nil for where the description says.
  static func readDescription(folder: String, data: String? = nil) throws(FileError) -> TrainedModel {
    var description = try read(inFolder: folder)
    if let problem = description.recipe.problem {
      throw FileError(.malformed, path: folder + "/" + fileName, reason: "recipe: \(problem)")
    }
    if let data { description.dataset.path = ProjectPath.absolute(data) }
    return description
  }

  /// Checks that data are those that the model was trained with.
  ///
  /// - Throws: `FileError` with both digests.
  func check(_ data: InputDigests, folder: String) throws(FileError) {
    guard let digests else { return }
    try data.check(against: digests, folder: folder, places: [.data: dataset.path])
  }
}
