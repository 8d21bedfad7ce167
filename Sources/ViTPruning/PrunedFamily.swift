public import ViTArchitecture
public import ViTSearch

/// What one pruning run left: the dense model and a snapshot for each latency target, as `family.json` in the run's
/// folder holds it. Mining, finetuning and the tables read it.
public struct PrunedFamily: Hashable, Sendable, Codable {
  package static let currentSchema = "nvit.family/1"

  public var schema = PrunedFamily.currentSchema
  public var name: String
  /// Seed of the pruning run.
  public var seed: UInt64
  /// Name of the saliency that ranked the groups.
  public var saliency: String
  /// Weight of the latency term, relative to the saliencies' scale; 0 leaves latency out of the ranking.
  public var latencyWeight: Double
  public var dense: Model
  /// From the largest target to the smallest.
  public var snapshots: [Snapshot]

  /// A model on disk and what is known of it.
  public struct Model: Hashable, Sendable, Codable {
    public var architecture: Architecture
    public var predictedLatency: LatencyEstimate
    /// Of the weights as they are; nil when not evaluated.
    public var validationAccuracy: Double?
    /// Relative to the folder of `family.json`, or absolute.
    public var weightsFile: String

    public init(
      architecture: Architecture, predictedLatency: LatencyEstimate, validationAccuracy: Double?, weightsFile: String
    ) {
      self.architecture = architecture
      self.predictedLatency = predictedLatency
      self.validationAccuracy = validationAccuracy
      self.weightsFile = weightsFile
    }

    private enum CodingKeys: String, CodingKey {
      case architecture
      case predictedLatency = "predicted_latency"
      case validationAccuracy = "validation_accuracy"
      case weightsFile = "weights_file"
    }
  }

  /// The model as it was when a target was reached.
  public struct Snapshot: Hashable, Sendable, Codable {
    /// As the user wrote the target, such as "0.5x".
    public var target: String
    public var targetSeconds: Double
    public var model: Model
    /// Updates made by the pruning run up to here.
    public var updates: Int
    /// Groups removed up to here.
    public var removedGroups: Int
    /// What is left, by indices in the dense model; nil where it is not known.
    public var keptUnits: KeptUnits?

    public init(
      target: String, targetSeconds: Double, model: Model, updates: Int, removedGroups: Int,
      keptUnits: KeptUnits? = nil
    ) {
      self.target = target
      self.targetSeconds = targetSeconds
      self.model = model
      self.updates = updates
      self.removedGroups = removedGroups
      self.keptUnits = keptUnits
    }

    private enum CodingKeys: String, CodingKey {
      case target
      case targetSeconds = "target_seconds"
      case model, updates
      case removedGroups = "removed_groups"
      case keptUnits = "kept_units"
    }
  }

  public init(
    name: String, seed: UInt64, saliency: String, latencyWeight: Double, dense: Model, snapshots: [Snapshot]
  ) {
    self.name = name
    self.seed = seed
    self.saliency = saliency
    self.latencyWeight = latencyWeight
    self.dense = dense
    self.snapshots = snapshots
  }

  private enum CodingKeys: String, CodingKey {
    case schema, name, seed, saliency
    case latencyWeight = "latency_weight"
    case dense, snapshots
  }
}
