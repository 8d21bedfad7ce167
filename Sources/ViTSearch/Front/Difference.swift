internal import ViTFiles
package import ViTNumerics

/// A difference of two mean accuracies.
package struct Difference: Hashable, Sendable {
  /// On the validation images. Its interval is this comparison's own; it says what it covers.
  package var estimate: Estimate
  /// That the true difference is positive, by this comparison alone.
  package var probability: Double
  /// The same, corrected by Holm's procedure for all comparisons of the study: it is as far from a half as this one
  /// comparison may be taken for decided without any of them being wrong in more than 5% of studies. Nil in documents
  /// of earlier versions.
  package var corrected: Double?
  /// Of the member with the fewest.
  package var seeds: Int
  /// What was added to the difference of the accuracies to bring both to one latency; nil where nothing had to be.
  package var adjustment: Double?
  /// The same difference, by the same adjustment of latency, on the test images; nil where they were not tested.
  package var test: Double?

  package init(
    _ estimate: Estimate, probability: Double, seeds: Int, adjustment: Double? = nil, test: Double? = nil
  ) {
    // By its bounds, as documents hold it and read it back.
    self.estimate = estimate
    if let interval = estimate.interval {
      self.estimate = Estimate(
        estimate.value, lower: interval.lower, upper: interval.upper, covers: interval.covers)
    }
    self.probability = probability
    self.seeds = seeds
    self.adjustment = adjustment
    self.test = test
  }

  package var value: Double { estimate.value }

  /// Whether one side has won, with all comparisons of the study in view.
  package var isDecided: Bool { Verdict.isDecided(corrected ?? probability) }
}

extension Difference: Codable {
  private enum CodingKeys: String, SnakeCaseKey {
    case value, lower, upper, probability, corrected = "corrected_probability", seeds, covers, adjustment, test
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    seeds = try container.decode(Int.self, forKey: .seeds)
    probability = try container.decode(Double.self, forKey: .probability)
    corrected = try container.decodeIfPresent(Double.self, forKey: .corrected)
    adjustment = try container.decodeIfPresent(Double.self, forKey: .adjustment)
    test = try container.decodeIfPresent(Double.self, forKey: .test)
    let names = try container.decodeIfPresent([String].self, forKey: .covers)
    var covers = Estimate.Coverage.seeds(seeds)
    if let names { covers = .sources(ErrorSources(names: names), seeds: seeds) }
    estimate = Estimate(
      try container.decode(Double.self, forKey: .value), lower: try container.decode(Double.self, forKey: .lower),
      upper: try container.decode(Double.self, forKey: .upper), covers: covers)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(value, forKey: .value)
    try container.encode(estimate.lower ?? value, forKey: .lower)
    try container.encode(estimate.upper ?? value, forKey: .upper)
    try container.encode(probability, forKey: .probability)
    try container.encodeIfPresent(corrected, forKey: .corrected)
    try container.encode(seeds, forKey: .seeds)
    if case .sources(let sources, _)? = estimate.interval?.covers {
      try container.encode(sources.names, forKey: .covers)
    }
    try container.encodeIfPresent(adjustment, forKey: .adjustment)
    try container.encodeIfPresent(test, forKey: .test)
  }
}
