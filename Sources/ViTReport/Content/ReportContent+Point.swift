public import ViTArchitecture

extension ReportContent {
  /// Where a member comes from.
  public enum Role: String, Hashable, Sendable, Codable, CaseIterable {
    case candidate, baseline
    /// A member of the random search with the same budget.
    case random
  }

  /// An estimate with its 95% interval.
  public struct Estimate: Hashable, Sendable, Codable {
    public var value: Double
    /// Nil where the spread is not known, as for a single seed.
    public var lower: Double?
    public var upper: Double?
    /// Seeds or repetitions behind it; nil where that means nothing.
    public var count: Int?

    public init(_ value: Double, lower: Double? = nil, upper: Double? = nil, count: Int? = nil) {
      self.value = value
      self.lower = lower
      self.upper = upper
      self.count = count
    }
  }

  /// One member of a study.
  public struct Point: Hashable, Sendable, Codable {
    public var name: String
    public var role: Role
    public var isOnFront: Bool
    /// Labels of the targets it was chosen for.
    public var targets: [String]
    /// Seconds; the interval holds 95% of the prediction errors.
    public var predictedLatency: Estimate?
    public var measuredLatency: Estimate?
    /// On the validation split; nil when no training was completed.
    public var accuracy: Estimate?
    public var testAccuracy: Estimate?
    public var parameters: Int
    /// For one image.
    public var multiplyAccumulates: Int
    public var architecture: Architecture
    /// The open numbers' values, by name.
    public var values: [String: Double]
    /// Probability that it is more accurate than the baselines of equal latency.
    public var probabilityAboveBaselines: Double?

    public init(
      name: String, role: Role, isOnFront: Bool = false, targets: [String] = [], predictedLatency: Estimate? = nil,
      measuredLatency: Estimate? = nil, accuracy: Estimate? = nil, testAccuracy: Estimate? = nil,
      architecture: Architecture, values: [String: Double] = [:], probabilityAboveBaselines: Double? = nil
    ) {
      self.name = name
      self.role = role
      self.isOnFront = isOnFront
      self.targets = targets
      self.predictedLatency = predictedLatency
      self.measuredLatency = measuredLatency
      self.accuracy = accuracy
      self.testAccuracy = testAccuracy
      parameters = architecture.parameterCount
      multiplyAccumulates = architecture.multiplyAccumulates
      self.architecture = architecture
      self.values = values
      self.probabilityAboveBaselines = probabilityAboveBaselines
    }

    /// Measured if known, else predicted; nil when neither is a finite number of seconds.
    public var latency: Estimate? {
      [measuredLatency, predictedLatency].lazy.compactMap { $0 }.first { $0.value.isFinite }
    }

    private enum CodingKeys: String, CodingKey {
      case name, role
      case isOnFront = "on_front"
      case targets
      case predictedLatency = "predicted_latency"
      case measuredLatency = "measured_latency"
      case accuracy
      case testAccuracy = "test_accuracy"
      case parameters
      case multiplyAccumulates = "multiply_accumulates"
      case architecture, values
      case probabilityAboveBaselines = "probability_above_baselines"
    }
  }
}
