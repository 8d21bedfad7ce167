internal import ViTFiles
package import ViTNumerics

/// A measured latency, with what is needed to believe it.
package struct LatencyRecord: Hashable, Sendable {
  /// Median seconds for one batch, with an interval that covers what other programs did while it was measured.
  package var latency: Estimate
  /// The latency as a multiple of the reference network's, each sample divided by those of the reference right before
  /// and after it; nil in records that were made without a reference.
  package var ratio: Estimate?
  /// Digest of the reference network; nil where there is no ratio.
  package var reference: String?
  /// Share of the samples during which a processor was taken away; nil where that was not looked at.
  package var disturbedShare: Double?
  /// Whether the threads went before other programs; nil where that was not noted.
  package var priority: Priority?
  /// Batches that were timed and count.
  package var repetitions: Int
  package var warmups: Int
  package var conditions: LatencyConditions

  /// What the system granted to the threads that ran the network.
  package enum Priority: String, Hashable, Sendable, Codable {
    /// Before every program without a real-time priority.
    case realTime = "real-time"
    /// The highest priority without real time.
    case raised
    /// That of any other program.
    case normal
  }

  /// - Parameter lower: With `upper`, the 95% confidence interval of the median.
  package init(
    seconds: Double, lower: Double, upper: Double, ratio: Estimate? = nil, reference: String? = nil,
    disturbedShare: Double? = nil, repetitions: Int, warmups: Int, conditions: LatencyConditions
  ) {
    latency = Estimate(seconds, lower: lower, upper: upper, covers: .repetitions(repetitions))
    self.ratio = ratio
    self.reference = reference
    self.disturbedShare = disturbedShare
    self.repetitions = repetitions
    self.warmups = warmups
    self.conditions = conditions
  }

  package var seconds: Double { latency.value }

  /// Seconds that the reference network takes by this record; nil without one.
  package var referenceSeconds: Double? { ratio.map { seconds / $0.value } }

  /// The record as it would be had the reference network taken so many seconds; as it is where there is no ratio.
  ///
  /// Series that were measured at different times, with the same reference, are brought together so.
  package func rebased(onto seconds: Double) -> LatencyRecord {
    guard let own = referenceSeconds, own > 0 else { return self }
    var record = self
    record.latency = latency.scaled(by: seconds / own)
    return record
  }
}

extension LatencyRecord: Codable {
  private enum CodingKeys: String, SnakeCaseKey {
    case seconds, lowerSeconds, upperSeconds, ratio, reference, disturbedShare, priority, repetitions, warmups
    case conditions
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let repetitions = try container.decode(Int.self, forKey: .repetitions)
    self.init(
      seconds: try container.decode(Double.self, forKey: .seconds),
      lower: try container.decode(Double.self, forKey: .lowerSeconds),
      upper: try container.decode(Double.self, forKey: .upperSeconds),
      ratio: try container.contains(.ratio)
        ? Estimate(from: container.superDecoder(forKey: .ratio), covers: .repetitions(repetitions)) : nil,
      reference: try container.decodeIfPresent(String.self, forKey: .reference),
      disturbedShare: try container.decodeIfPresent(Double.self, forKey: .disturbedShare), repetitions: repetitions,
      warmups: try container.decode(Int.self, forKey: .warmups),
      conditions: try container.decode(LatencyConditions.self, forKey: .conditions))
    priority = try container.decodeIfPresent(Priority.self, forKey: .priority)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(latency.lower ?? seconds, forKey: .lowerSeconds)
    try container.encode(latency.upper ?? seconds, forKey: .upperSeconds)
    try container.encodeIfPresent(ratio, forKey: .ratio)
    try container.encodeIfPresent(reference, forKey: .reference)
    try container.encodeIfPresent(disturbedShare, forKey: .disturbedShare)
    try container.encodeIfPresent(priority, forKey: .priority)
    try container.encode(repetitions, forKey: .repetitions)
    try container.encode(warmups, forKey: .warmups)
    try container.encode(conditions, forKey: .conditions)
  }
}
