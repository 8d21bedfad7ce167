internal import Foundation
internal import ViTArchitecture
internal import ViTFiles
internal import ViTPruning
internal import ViTRegularities
internal import ViTStorage

/// A folder that `nvit prune` made, with what its dense model was trained with.
struct MinableFamily {
  static let fileName = "family.json"

  let folder: String
  let family: PrunedFamily
  let training: MinedDocument.Training

  /// - Throws: `FileError` when a file is missing, of another schema, or does not hold what it should.
  init(folder: String) throws(FileError) {
    self.folder = folder
    let path = folder + "/" + MinableFamily.fileName
    struct Header: Decodable { var schema: String }
    // Before the rest, which another version may have changed.
    let schema = try JSONDocument.read(Header.self, path: path).schema
    guard schema == PrunedFamily.currentSchema else {
      throw FileError(
        .malformed, path: path,
        reason: "schema is \"\(schema)\", expected \"\(PrunedFamily.currentSchema)\"; another version of nvit made it")
    }
    family = try JSONDocument.read(PrunedFamily.self, path: path)
    guard !family.snapshots.isEmpty else {
      throw FileError(.malformed, path: path, reason: "no snapshots, expected at least one pruned model")
    }
    if let snapshot = family.snapshots.first(where: { !($0.targetSeconds > 0 && $0.targetSeconds < 1e6) }) {
      throw FileError(
        .malformed, path: path,
        reason: "target_seconds of \(snapshot.target) is \(snapshot.targetSeconds), expected a number above 0")
    }
    let weights = URL(fileURLWithPath: family.dense.weightsFile, relativeTo: URL(fileURLWithPath: folder + "/"))
    let model = try TrainedModel.readDescription(folder: weights.deletingLastPathComponent().path)
    training = MinedDocument.Training(dataset: model.dataset, recipe: model.recipe, latency: model.latency)
  }

  var dimensions: PrunedDimensions {
    PrunedDimensions(
      source: folder, seed: family.seed, dense: family.dense.architecture,
      snapshots: family.snapshots.map { (MinableFamily.targetText($0), $0.model.architecture) })
  }

  /// A target as a document writes it: "0.5x", without a baseline's name, or "12.0ms".
  private static func targetText(_ snapshot: PrunedFamily.Snapshot) -> String {
    switch LatencyTarget(snapshot.target) {
    case .relative(let multiple, _): "\(multiple)x"
    case .seconds(let seconds): "\(seconds * 1e3)ms"
    case nil: "\(snapshot.targetSeconds * 1e3)ms"
    }
  }

  /// Says where the training differs from that of another family; nil when it does not.
  func difference(from other: MinableFamily) throws(FileError) -> String? {
    struct Pair: Encodable {
      var dataset: DatasetSpecification
      var recipe: TrainingRecipe
    }
    let texts = try [other, self].map { family throws(FileError) in
      try JSONDocument.text(
        Pair(dataset: family.training.dataset, recipe: family.training.recipe), named: family.folder)
    }
    return texts[0] == texts[1] ? nil : DocumentDifference.text(from: texts[0], to: texts[1])
  }
}
