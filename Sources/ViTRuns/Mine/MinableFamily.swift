internal import Foundation
internal import ViTArchitecture
internal import ViTFiles
internal import ViTPruning
internal import ViTRegularities
internal import ViTStorage

/// A folder that `nvit prune` made, with what its dense model was trained with.
struct MinableFamily {
  let folder: String
  let family: PrunedFamily
  let training: MinedDocument.Training
  private let digests: InputDigests

  /// - Throws: `FileError` when a file is missing, of another schema, or does not hold what it should.
  init(folder: String) throws(FileError) {
    self.folder = folder
    let path = folder + "/" + PrunedFamily.fileName
    family = try PrunedFamily.read(inFolder: folder)
    guard !family.snapshots.isEmpty else {
      throw FileError(.malformed, path: path, reason: "no snapshots, expected at least one pruned model")
    }
    if let snapshot = family.snapshots.first(where: { !($0.targetSeconds > 0 && $0.targetSeconds < 1e6) }) {
      throw FileError(
        .malformed, path: path,
        reason: "target_seconds of \(snapshot.target) is \(snapshot.targetSeconds), expected a number above 0")
    }
    let dense = URL(fileURLWithPath: family.dense.weightsPath(in: folder)).deletingLastPathComponent().path
    let model = try TrainedModel.readDescription(folder: dense)
    digests = family.digests ?? model.digests ?? InputDigests()
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

  /// Says where the training differs from that of another family; nil when it does not. Data are known by their digest,
  /// and by where they lie only where one of the two has none.
  func difference(from other: MinableFamily) throws(FileError) -> String? {
    struct Training: Encodable {
      var dataset: DatasetSpecification
      var recipe: TrainingRecipe
      var data: String?
    }
    let isKnown = digests[.data] != nil && other.digests[.data] != nil
    let texts = try [other, self].map { family throws(FileError) in
      var dataset = family.training.dataset
      if isKnown { dataset.path = "" }
      return try JSONDocument.text(
        Training(
          dataset: dataset, recipe: family.training.recipe, data: isKnown ? family.digests[.data] : nil),
        named: family.folder)
    }
    return texts[0] == texts[1] ? nil : DocumentDifference.text(from: texts[0], to: texts[1])
  }
}
