public import ViTArchitecture
internal import ViTNumerics

/// One member of a study with all that is known of it.
public struct FrontEntry: Hashable, Sendable, Codable {
  public var name: String
  public var role: MemberRole
  public var isOnFront = false
  /// Whether it is what the search, or random search, offers for a target; see `FrontDocument.comparisons`.
  public var isWinner = false
  public var digest: String
  /// Labels of the targets it was chosen for.
  public var targets: [String]
  /// The open numbers' values, by name.
  public var values: [String: Double]
  public var parameters: Int
  /// For one image.
  public var multiplyAccumulates: Int
  public var predictedLatency: LatencyEstimate
  /// Nil when this device cannot speak for the latencies, as with an imported table.
  public var measuredLatency: LatencyRecord?
  /// Nil when nothing was trained, or no training was completed.
  public var validation: AccuracySummary?
  /// Only for members on the front, winners and baselines.
  public var test: AccuracySummary?
  /// Probability that its accuracy is above the baselines' at its latency; see `BaselineComparison`. Nil for baselines
  /// and where there is nothing to compare with.
  public var probabilityAboveBaselines: Double?
  /// The difference that the probability is of.
  public var fromBaselines: Difference?
  public var failedTrials = 0
  /// Names of the files within the study folder; nil where there is none.
  public var configFile: String?
  public var weightsFile: String?
  public var architecture: Architecture

  /// Measured if known, else predicted; seconds for one batch.
  public var latencySeconds: Double { measuredLatency?.seconds ?? predictedLatency.seconds }

  private enum CodingKeys: String, CodingKey {
    case name, role
    case isOnFront = "on_front"
    case isWinner = "winner"
    case digest, targets, values, parameters
    case multiplyAccumulates = "multiply_accumulates"
    case predictedLatency = "predicted_latency"
    case measuredLatency = "measured_latency"
    case validation, test
    case probabilityAboveBaselines = "probability_above_baselines"
    case fromBaselines = "from_baselines"
    case failedTrials = "failed_trials"
    case configFile = "config_file"
    case weightsFile = "weights_file"
    case architecture
  }
}

/// Accuracies of one member over its training seeds.
public struct AccuracySummary: Hashable, Sendable, Codable {
  /// Top-1, 0 to 1.
  public var mean: Double
  /// Over seeds; nil for a single one.
  public var standardDeviation: Double?
  /// Half width of Student's 95% interval of the mean; nil for a single seed.
  public var halfWidth: Double?
  /// One for each completed training, in the order of the study's seeds.
  public var trials: [Trial]

  public struct Trial: Hashable, Sendable, Codable {
    public var seed: UInt64
    public var accuracy: Double

    public init(seed: UInt64, accuracy: Double) {
      self.seed = seed
      self.accuracy = accuracy
    }
  }

  /// Nil for no trials.
  public init?(_ trials: [Trial]) {
    guard let interval = MeanInterval(trials.map(\.accuracy)) else { return nil }
    mean = interval.mean
    standardDeviation = interval.standardDeviation
    halfWidth = interval.halfWidth
    self.trials = trials
  }

  /// The seed of the training with the median accuracy; of an even number, the lower of the two in the middle.
  public var medianSeed: UInt64? {
    let sorted = trials.sorted { ($0.accuracy, $0.seed) < ($1.accuracy, $1.seed) }
    return sorted.isEmpty ? nil : sorted[(sorted.count - 1) / 2].seed
  }

  var interval: MeanInterval? { MeanInterval(trials.map(\.accuracy)) }

  private enum CodingKeys: String, CodingKey {
    case mean
    case standardDeviation = "standard_deviation"
    case halfWidth = "half_width"
    case trials
  }
}
