internal import ViTFiles
package import ViTNumerics

/// A measured latency, with what is needed to believe it.
package struct LatencyRecord: Hashable, Sendable {
  /// Median seconds for one batch, with the interval over its repetitions.
  package var latency: Estimate
  package var repetitions: Int
  package var warmups: Int
  package var conditions: LatencyConditions

  /// - Parameter lower: With `upper`, the 95% confidence interval of the median.
  package init(
    seconds: Double, lower: Double, upper: Double, repetitions: Int, warmups: Int, conditions: LatencyConditions
  ) {
    latency = Estimate(seconds, lower: lower, upper: upper, covers: .repetitions(repetitions))
    self.repetitions = repetitions
    self.warmups = warmups
    self.conditions = conditions
  }

  package var seconds: Double { latency.value }
}

extension LatencyRecord: Codable {
  private enum CodingKeys: String, SnakeCaseKey {
    case seconds, lowerSeconds, upperSeconds, repetitions, warmups, conditions
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      seconds: try container.decode(Double.self, forKey: .seconds),
      lower: try container.decode(Double.self, forKey: .lowerSeconds),
      upper: try container.decode(Double.self, forKey: .upperSeconds),
      repetitions: try container.decode(Int.self, forKey: .repetitions),
      warmups: try container.decode(Int.self, forKey: .warmups),
      conditions: try container.decode(LatencyConditions.self, forKey: .conditions))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(latency.lower ?? seconds, forKey: .lowerSeconds)
    try container.encode(latency.upper ?? seconds, forKey: .upperSeconds)
    try container.encode(repetitions, forKey: .repetitions)
    try container.encode(warmups, forKey: .warmups)
    try container.encode(conditions, forKey: .conditions)
  }
}
