package import ViTArchitecture
internal import ViTFiles

extension ReportContent {
  /// Where a member comes from.
  package enum Role: String, Hashable, Sendable, Codable, CaseIterable {
    case candidate, baseline
    /// A member of the random search with the same budget.
    case random
  }

  /// An estimate with its 95% interval.
  package struct Estimate: Hashable, Sendable, Codable {
    package var value: Double
    /// Nil where the spread is not known, as for a single seed.
    package var lower: Double?
    package var upper: Double?
    /// Seeds or repetitions behind it; nil where that means nothing.
    package var count: Int?

    package init(_ value: Double, lower: Double? = nil, upper: Double? = nil, count: Int? = nil) {
      self.value = value
      self.lower = lower
      self.upper = upper
      self.count = count
    }
  }

  /// One member of a study.
  package struct Point: Hashable, Sendable, Codable {
    package var name: String
    package var role: Role
    package var isOnFront: Bool
    /// Labels of the targets it was chosen for.
    package var targets: [String]
    /// Seconds; the interval holds 95% of the prediction errors.
    package var predictedLatency: Estimate?
    package var measuredLatency: Estimate?
    /// On the validation split; nil when no training was completed.
    package var accuracy: Estimate?
    package var testAccuracy: Estimate?
    package var parameters: Int
    /// For one image.
    package var multiplyAccumulates: Int
    package var architecture: Architecture
    /// The open numbers' values, by name.
    package var values: [String: Double]
    /// Probability that it is more accurate than the baselines of equal latency.
    package var probabilityAboveBaselines: Double?

    package init(
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
    package var latency: Estimate? {
      [measuredLatency, predictedLatency].lazy.compactMap { $0 }.first { $0.value.isFinite }
    }

    private enum CodingKeys: String, SnakeCaseKey {
      case name, role, isOnFront = "on_front", targets, predictedLatency, measuredLatency, accuracy, testAccuracy
      case parameters, multiplyAccumulates, architecture, values, probabilityAboveBaselines
    }
  }
}
