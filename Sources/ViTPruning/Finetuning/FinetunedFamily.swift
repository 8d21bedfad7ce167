package import ViTArchitecture
package import ViTFiles

/// What finetuning made of a pruned family, as `finetuned.json` in its folder holds it.
package struct FinetunedFamily: Hashable, Sendable, ProjectDocument {
  package static let schemas = ["nvit.finetuned/2", "nvit.finetuned/1"]
  package static let fileName = "finetuned.json"

  package var schema = FinetunedFamily.currentSchema
  /// Name and seed of the pruned family.
  package var family: String
  package var familySeed: UInt64
  package var settings: FinetuneSettings
  /// Of data, pruned weights and teachers; nil where an older version finetuned.
  package var digests: InputDigests?
  /// One for each finished training.
  package var models: [Model]

  /// One training and what it gave.
  package struct Model: Hashable, Sendable, Codable {
    /// The snapshot's target, such as "0.5x".
    package var target: String
    /// Of data order, augmentation and stochastic depth, and of fresh weights.
    package var seed: UInt64
    package var kind: FinetuneSettings.Kind
    package var architecture: Architecture
    package var parameters: Int
    /// Parameters that the sparsity pattern leaves free to differ from zero; all without one.
    package var remainingParameters: Int
    /// Of the weights that pruning left; nil from scratch.
    package var validationAccuracyBefore: Double?
    /// Of those weights with the sparsity pattern put on; nil without one.
    package var validationAccuracyMasked: Double?
    /// Images that accuracies are shares of; nil where an older version finetuned.
    package var validationImages: Int?
    package var validationAccuracy: Double
    package var validationLoss: Double
    package var trainingLoss: Double
    package var samplesSeen: Int
    /// Wall-clock time of the training.
    package var seconds: Double
    /// Relative to the folder of the document.
    package var weightsFile: String
    package var teacher: String?
    package var hardTeacher: String?
    package var sparsity: SparsityPattern?

    private enum CodingKeys: String, SnakeCaseKey {
      case target, seed, kind, architecture, parameters, remainingParameters, validationAccuracyBefore
      case validationAccuracyMasked, validationImages, validationAccuracy, validationLoss, trainingLoss, samplesSeen,
        seconds
      case weightsFile, teacher, hardTeacher, sparsity
    }
  }

  package init(
    family: String, familySeed: UInt64, settings: FinetuneSettings, digests: InputDigests? = nil, models: [Model] = []
  ) {
    self.family = family
    self.familySeed = familySeed
    self.settings = settings
    self.digests = digests
    self.models = models
  }

  private enum CodingKeys: String, SnakeCaseKey { case schema, family, familySeed, settings, digests, models }
}

extension FinetunedFamily {
  package mutating func changePaths(_ change: (String) -> String) {
    settings.changePaths(change)
    for index in models.indices {
      models[index].teacher = models[index].teacher.map(change)
      models[index].hardTeacher = models[index].hardTeacher.map(change)
    }
  }
}
