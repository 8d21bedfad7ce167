public import ViTArchitecture
public import ViTFiles

/// What finetuning made of a pruned family, as `finetuned.json` in its folder holds it.
public struct FinetunedFamily: Hashable, Sendable, Codable {
  package static let currentSchema = "nvit.finetuned/1"
  package static let fileName = "finetuned.json"

  public var schema = FinetunedFamily.currentSchema
  /// Name and seed of the pruned family.
  public var family: String
  public var familySeed: UInt64
  public var settings: FinetuneSettings
  /// One for each finished training.
  public var models: [Model]

  /// One training and what it gave.
  public struct Model: Hashable, Sendable, Codable {
    /// The snapshot's target, such as "0.5x".
    public var target: String
    /// Of data order, augmentation and stochastic depth, and of fresh weights.
    public var seed: UInt64
    public var kind: FinetuneSettings.Kind
    public var architecture: Architecture
    public var parameters: Int
    /// Parameters that the sparsity pattern leaves free to differ from zero; all without one.
    public var remainingParameters: Int
    /// Of the weights that pruning left; nil from scratch.
    public var validationAccuracyBefore: Double?
    /// Of those weights with the sparsity pattern put on; nil without one.
    public var validationAccuracyMasked: Double?
    public var validationAccuracy: Double
    public var validationLoss: Double
    public var trainingLoss: Double
    public var samplesSeen: Int
    /// Wall-clock time of the training.
    public var seconds: Double
    /// Relative to the folder of the document.
    public var weightsFile: String
    public var teacher: String?
    public var hardTeacher: String?
    public var sparsity: SparsityPattern?

    private enum CodingKeys: String, CodingKey {
      case target, seed, kind, architecture, parameters
      case remainingParameters = "remaining_parameters"
      case validationAccuracyBefore = "validation_accuracy_before"
      case validationAccuracyMasked = "validation_accuracy_masked"
      case validationAccuracy = "validation_accuracy"
      case validationLoss = "validation_loss"
      case trainingLoss = "training_loss"
      case samplesSeen = "samples_seen"
      case seconds
      case weightsFile = "weights_file"
      case teacher
      case hardTeacher = "hard_teacher"
      case sparsity
    }
  }

  public init(family: String, familySeed: UInt64, settings: FinetuneSettings, models: [Model] = []) {
    self.family = family
    self.familySeed = familySeed
    self.settings = settings
    self.models = models
  }

  private enum CodingKeys: String, CodingKey {
    case schema, family
    case familySeed = "family_seed"
    case settings, models
  }
}

extension FinetunedFamily {
  /// - Throws: `FileError` when the file is missing, of another schema, or does not hold what it should.
  public static func read(folder: String) throws(FileError) -> FinetunedFamily {
    let path = folder + "/" + fileName
    let document = try JSONDocument.read(FinetunedFamily.self, path: path)
    guard document.schema == currentSchema else {
      throw FileError(.malformed, path: path, reason: "schema is \"\(document.schema)\", expected \"\(currentSchema)\"")
    }
    return document
  }

  /// Writes the document atomically.
  public func write(toFolder folder: String) throws(FileError) {
    let path = folder + "/" + FinetunedFamily.fileName
    try AtomicFile.write(try JSONDocument.text(self, named: path), to: path)
  }
}
