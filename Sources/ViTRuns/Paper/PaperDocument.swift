internal import ViTArchitecture
internal import ViTFiles
internal import ViTNumerics

/// The evidence of one chain, as `paper.json` holds it. Accuracies are top-1 on the test images, one for each seed.
struct PaperDocument: Codable {
  static let currentSchema = "nvit.paper/1"

  var schema = PaperDocument.currentSchema
  var name: String
  var seeds: [UInt64]
  var epochs: Double
  var finetuneEpochs: Double
  var ablationEpochs: Double
  var device: String
  var dense: Model
  var targets: [Target]
  var ablationTarget: String
  var ablation: [Criterion]
  var sparse: [Sparse]
  var steps: [PaperStepRecord]

  /// A shape and what its trainings gave.
  struct Model: Codable {
    /// One for each seed where pruning found them, else one.
    var architectures: [Architecture]
    var parameters: Spread
    var multiplyAccumulates: Spread
    /// Seconds for one batch.
    var predictedLatency: Spread
    /// Medians, seconds for one batch; measured at the end, all models in turns.
    var measuredLatency: Spread
    var accuracy: Spread

    private enum CodingKeys: String, SnakeCaseKey {
      case architectures, parameters, multiplyAccumulates, predictedLatency, measuredLatency, accuracy
    }
  }

  struct Target: Codable {
    var target: String
    /// Right after pruning, before finetuning.
    var pruned: Model
    /// The same models, finetuned.
    var finetuned: Spread
    /// The same shapes, trained from fresh weights.
    var scratch: Spread
    /// A uniform network of DeiT's proportions and equal predicted latency, trained by the same recipe.
    var deit: Model
  }

  /// One way to rank groups.
  struct Criterion: Codable {
    var saliency: String
    var usesLatency: Bool
    var predictedLatency: Spread
    var multiplyAccumulates: Spread
    var pruned: Spread
    var finetuned: Spread

    private enum CodingKeys: String, SnakeCaseKey {
      case saliency, usesLatency, predictedLatency, multiplyAccumulates, pruned, finetuned
    }
  }

  /// A snapshot with two of every four weights of its linear layers at zero.
  struct Sparse: Codable {
    var target: String
    var parameters: Spread
    var nonZeroParameters: Spread
    var accuracy: Spread

    private enum CodingKeys: String, SnakeCaseKey { case target, parameters, nonZeroParameters, accuracy }
  }

  /// One value for each seed; their mean and its interval follow from them.
  struct Spread: Codable {
    var values: [Double]

    init(_ values: [Double]) { self.values = values }

    /// Their mean with Student's interval; without one for a single value.
    var estimate: Estimate { Estimate(meanOf: values) ?? Estimate(0) }
    var mean: Double { estimate.value }

    private enum CodingKeys: String, SnakeCaseKey { case values, mean, halfWidth }

    init(from decoder: any Decoder) throws {
      values = try decoder.container(keyedBy: CodingKeys.self).decode([Double].self, forKey: .values)
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(values, forKey: .values)
      try container.encode(mean, forKey: .mean)
      try container.encodeIfPresent(estimate.halfWidth, forKey: .halfWidth)
    }
  }

  private enum CodingKeys: String, SnakeCaseKey {
    case schema, name, seeds, epochs, finetuneEpochs, ablationEpochs, device, dense, targets, ablationTarget
    case ablation, sparse, steps
  }
}
