package import ViTArchitecture
package import ViTFiles
package import ViTLatency
package import ViTNumerics

/// What one pruning run left: the dense model and a snapshot for each latency target, as `family.json` in the run's
/// folder holds it. Mining, finetuning and the tables read it.
package struct PrunedFamily: Hashable, Sendable, ProjectDocument {
  package static let schemas = ["nvit.family/2", "nvit.family/1"]
  package static let fileName = "family.json"

  package var schema = PrunedFamily.currentSchema
  package var name: String
  /// Seed of the pruning run.
  package var seed: UInt64
  /// Name of the saliency that ranked the groups.
  package var saliency: String
  /// Weight of the latency term, relative to the saliencies' scale; 0 leaves latency out of the ranking.
  package var latencyWeight: Double
  package var dense: Model
  /// Of data and dense weights; nil where an older version pruned.
  package var digests: InputDigests?
  /// From the largest target to the smallest.
  package var snapshots: [Snapshot]

  /// A model on disk and what is known of it.
  package struct Model: Hashable, Sendable, Codable {
    package var architecture: Architecture
    @PredictedSeconds package var predictedLatency: Estimate
    /// Of the weights as they are; nil when not evaluated.
    package var validationAccuracy: Double?
    /// Of a snapshot relative to the folder of `family.json`; of the dense model absolute.
    package var weightsFile: String
    /// SHA-256 of the weights; nil where an older version pruned.
    package var weightsDigest: String?

    package init(
      architecture: Architecture, predictedLatency: Estimate, validationAccuracy: Double?, weightsFile: String,
      weightsDigest: String? = nil
    ) {
      self.architecture = architecture
      self.predictedLatency = predictedLatency
      self.validationAccuracy = validationAccuracy
      self.weightsFile = weightsFile
      self.weightsDigest = weightsDigest
    }

    private enum CodingKeys: String, SnakeCaseKey {
      case architecture, predictedLatency, validationAccuracy, weightsFile, weightsDigest = "weights_sha256"
    }
  }

  /// The model as it was when a target was reached.
  package struct Snapshot: Hashable, Sendable, Codable {
    /// As the user wrote the target, such as "0.5x".
    package var target: String
    package var targetSeconds: Double
    package var model: Model
    /// Updates made by the pruning run up to here.
    package var updates: Int
    /// Groups removed up to here.
    package var removedGroups: Int
    /// What is left, by indices in the dense model; nil where it is not known.
    package var keptUnits: KeptUnits?

    package init(
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

    private enum CodingKeys: String, SnakeCaseKey {
      case target, targetSeconds, model, updates, removedGroups, keptUnits
    }
  }

  package init(
    name: String, seed: UInt64, saliency: String, latencyWeight: Double, dense: Model, snapshots: [Snapshot]
  ) {
    self.name = name
    self.seed = seed
    self.saliency = saliency
    self.latencyWeight = latencyWeight
    self.dense = dense
    self.snapshots = snapshots
  }

  private enum CodingKeys: String, SnakeCaseKey {
    case schema, name, seed, saliency, latencyWeight, dense, digests, snapshots
  }

  /// SHA-256 of all snapshots' weights; nil where an older version pruned.
  package var weightsDigest: String? {
    let known = snapshots.compactMap(\.model.weightsDigest)
    return known.count == snapshots.count ? SHA256.hexDigest(known.joined().utf8) : nil
  }

  package mutating func changePaths(_ change: (String) -> String) { dense.weightsFile = change(dense.weightsFile) }
}
