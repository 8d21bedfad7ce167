package import ViTArchitecture
internal import ViTFiles

/// Images to train, rank and test on; no image is in two of the three sets.
package struct Dataset: Sendable {
  /// What candidates are trained on.
  package let training: ImageSet
  /// What candidates are ranked on: split off the training files, with the same share of each class.
  package let validation: ImageSet
  /// The published test images, for the final table only.
  package let test: ImageSet
  /// The moments of the training images.
  package let normalization: Normalization

  /// Reads the files and splits them; the same specification gives the same sets in the same order.
  ///
  /// - Parameters:
  ///   - classCount: The model's; files may hold fewer, and no label beyond.
  ///   - folder: What a relative path in the specification is relative to; nil means the working folder.
  /// - Throws: `FileError` when a file is missing, unreadable or malformed, or has a label beyond; `DatasetError` when the specification asks
  ///   for more images than there are.
  package init(
    _ specification: DatasetSpecification, classes classCount: Int, relativeTo folder: String? = nil
  ) throws {
    let path = specification.path
    let files = try DatasetFolder(
      path: path.hasPrefix("/") ? path : (folder.map { $0 + "/" } ?? "") + path, format: specification.format)
    let published = try files.load(classes: classCount)
    try Dataset.check(specification, trainingCount: published.training.count)

    // The splits are copies, and the published images go only when they have been made.
    if let shortage = MemoryLimit.shortage(forLarge: published.training.pixels.count + published.test.pixels.count) {
      throw DatasetError("splitting the images in \(specification.path) takes \(shortage)")
    }
    let seed = specification.splitSeed
    var split = StratifiedSplit(of: published.training, seed: seed, purpose: "validation split")
    validation = published.training.subset(split.take(specification.validationCount))
    training = published.training.subset(split.take(specification.trainingLimit ?? .max))
    normalization = Normalization(of: training)
    if let limit = specification.testLimit, limit < published.test.count {
      var part = StratifiedSplit(of: published.test, seed: seed, purpose: "test part")
      test = published.test.subset(part.take(limit))
    } else {
      test = published.test
    }
  }

  private static func check(_ specification: DatasetSpecification, trainingCount: Int) throws(DatasetError) {
    guard (1..<trainingCount).contains(specification.validationCount) else {
      throw DatasetError(
        "the validation split has \(specification.validationCount) images, expected at least 1 and fewer than the "
          + "\(trainingCount) training images in \(specification.path)")
    }
    for (name, limit) in [("training", specification.trainingLimit), ("test", specification.testLimit)] {
      if let limit, limit < 1 { throw DatasetError("the limit of \(name) images is \(limit), expected at least 1") }
    }
  }
}
