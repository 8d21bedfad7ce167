internal import Foundation
internal import ViTArchitecture
internal import ViTData
internal import ViTFiles
internal import ViTTraining

/// A model that `nvit train` made, as its folder's `training.json` describes it: what is needed to go on with it.
struct TrainedModel: Codable {
  static let fileName = "training.json"
  private static let currentSchema = "nvit.training/1"

  var schema = TrainedModel.currentSchema
  var name: String
  var seed: UInt64
  /// The data set, with an absolute path.
  var dataset: DatasetSpecification
  /// The recipe as it was run; a teacher's path is absolute.
  var recipe: TrainingRecipe
  /// How latencies are measured or predicted; a file's path is absolute.
  var latency: LatencySettings
  var validationAccuracy: Double
  var validationLoss: Double
  var samplesSeen: Int
  var seconds: Double

  private enum CodingKeys: String, SnakeCaseKey {
    case schema, name, seed, dataset, recipe, latency, validationAccuracy, validationLoss, samplesSeen, seconds
  }

  func write(toFolder folder: String) throws(FileError) {
    let path = folder + "/" + TrainedModel.fileName
    try AtomicFile.write(try JSONDocument.text(self, named: path), to: path)
  }

  /// Reads a folder's description and its weights.
  ///
  /// - Throws: `FileError` when one is missing or not what `nvit train` writes.
  static func read(folder: String) throws -> (description: TrainedModel, checkpoint: Checkpoint) {
    (try readDescription(folder: folder), try Checkpoint(contentsOf: folder + "/weights.safetensors"))
  }

  /// Reads a folder's description alone.
  static func readDescription(folder: String) throws(FileError) -> TrainedModel {
    let path = folder + "/" + fileName
    let description = try JSONDocument.read(TrainedModel.self, path: path)
    guard description.schema == currentSchema else {
      throw FileError(
        .malformed, path: path, reason: "schema is \"\(description.schema)\", expected \"\(currentSchema)\"")
    }
    if let problem = description.recipe.problem {
      throw FileError(.malformed, path: path, reason: "recipe: \(problem)")
    }
    return description
  }
}

extension LatencySettings {
  /// The same with the path of a file made absolute.
  func resolved(relativeTo folder: String) -> LatencySettings {
    guard case .file(let path) = source else { return self }
    var copy = self
    copy.source = .file(URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: folder + "/")).path)
    return copy
  }
}
