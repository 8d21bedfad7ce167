internal import ViTFiles

/// A measured latency, with what is needed to believe it.
package struct LatencyRecord: Hashable, Sendable, Codable {
  /// Median seconds for one batch.
  package var seconds: Double
  /// 95% confidence interval of the median, in seconds.
  package var lowerSeconds: Double
  package var upperSeconds: Double
  package var repetitions: Int
  package var warmups: Int
  package var conditions: LatencyConditions

  package init(
    seconds: Double, lowerSeconds: Double, upperSeconds: Double, repetitions: Int, warmups: Int,
    conditions: LatencyConditions
  ) {
    self.seconds = seconds
    self.lowerSeconds = lowerSeconds
    self.upperSeconds = upperSeconds
    self.repetitions = repetitions
    self.warmups = warmups
    self.conditions = conditions
  }

  private enum CodingKeys: String, SnakeCaseKey {
    case seconds, lowerSeconds, upperSeconds, repetitions, warmups, conditions
  }
}
