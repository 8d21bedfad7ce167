internal import ViTFiles
package import ViTNumerics

/// Accuracies of one member over its training seeds.
package struct AccuracySummary: Hashable, Sendable {
  /// Top-1, 0 to 1: the mean with Student's interval over the seeds, which a single seed does not give. Where all seeds
  /// agree to the last image, with the exact interval of the images counted.
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

  /// - Parameter images: How many the accuracies are shares of; nil where that is not known.
  /// - Returns: Nil for no trials.
  package init?(_ trials: [Trial], images: Int? = nil) {
    guard let accuracy = Estimate(accuracies: trials.map(\.accuracy), images: images) else { return nil }
    self.accuracy = accuracy
    standardDeviation = Statistics.standardDeviation(trials.map(\.accuracy))
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
  private enum CodingKeys: String, SnakeCaseKey {
    case mean, standardDeviation, halfWidth, lower, upper, images, trials
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    trials = try container.decode([Trial].self, forKey: .trials)
    let mean = try container.decode(Double.self, forKey: .mean)
    let lower = try container.decodeIfPresent(Double.self, forKey: .lower)
    let halfWidth = try container.decodeIfPresent(Double.self, forKey: .halfWidth)
    accuracy =
      lower == nil
      ? Estimate(mean, halfWidth: halfWidth, covers: .seeds(trials.count))
      : Estimate(
        mean, lower: lower, upper: try container.decodeIfPresent(Double.self, forKey: .upper),
        covers: .cases(try container.decodeIfPresent(Int.self, forKey: .images) ?? 0))
    standardDeviation = try container.decodeIfPresent(Double.self, forKey: .standardDeviation)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(mean, forKey: .mean)
    try container.encodeIfPresent(standardDeviation, forKey: .standardDeviation)
    try container.encodeIfPresent(halfWidth, forKey: .halfWidth)
    // By its bounds where it does not reach as far to either side.
    if case .cases(let images)? = accuracy.interval?.covers {
      try container.encode(images, forKey: .images)
      try container.encodeIfPresent(accuracy.lower, forKey: .lower)
      try container.encodeIfPresent(accuracy.upper, forKey: .upper)
    }
    try container.encode(trials, forKey: .trials)
  }
}
