internal import ViTFiles
package import ViTNumerics

/// Accuracies of one member over its training seeds.
package struct AccuracySummary: Hashable, Sendable {
  /// Top-1, 0 to 1: the mean with Student's interval over the seeds, which a single seed does not give.
  package var accuracy: Estimate
  /// Over seeds; nil for a single one.
  package var standardDeviation: Double?
  /// One for each completed training, in the order of the study's seeds.
  package var trials: [Trial]

  package struct Trial: Hashable, Sendable, Codable {
    package var seed: UInt64
    package var accuracy: Double

    package init(seed: UInt64, accuracy: Double) {
      self.seed = seed
      self.accuracy = accuracy
    }
  }

  /// Nil for no trials.
  package init?(_ trials: [Trial]) {
    guard let interval = MeanInterval(trials.map(\.accuracy)) else { return nil }
    accuracy = interval.estimate
    standardDeviation = interval.standardDeviation
    self.trials = trials
  }

  package var mean: Double { accuracy.value }
  package var halfWidth: Double? { accuracy.halfWidth }

  /// The seed of the training with the median accuracy; of an even number, the lower of the two in the middle.
  package var medianSeed: UInt64? {
    let sorted = trials.sorted { ($0.accuracy, $0.seed) < ($1.accuracy, $1.seed) }
    return sorted.isEmpty ? nil : sorted[(sorted.count - 1) / 2].seed
  }

  var interval: MeanInterval? { MeanInterval(trials.map(\.accuracy)) }
}

extension AccuracySummary: Codable {
  private enum CodingKeys: String, SnakeCaseKey { case mean, standardDeviation, halfWidth, trials }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    trials = try container.decode([Trial].self, forKey: .trials)
    accuracy = Estimate(
      try container.decode(Double.self, forKey: .mean),
      halfWidth: try container.decodeIfPresent(Double.self, forKey: .halfWidth), covers: .seeds(trials.count))
    standardDeviation = try container.decodeIfPresent(Double.self, forKey: .standardDeviation)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(mean, forKey: .mean)
    try container.encodeIfPresent(standardDeviation, forKey: .standardDeviation)
    try container.encodeIfPresent(halfWidth, forKey: .halfWidth)
    try container.encode(trials, forKey: .trials)
  }
}
