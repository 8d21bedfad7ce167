package import ViTNumerics

/// A difference of two mean accuracies.
package struct Difference: Hashable, Sendable {
  /// With Welch's interval over the seeds.
  package var estimate: Estimate
  /// That the true difference is positive.
  package var probability: Double
  /// Of the member with the fewest.
  package var seeds: Int

  package init(_ contrast: MeanContrast, seeds: Int) {
    // By its bounds, as documents hold it and read it back.
    estimate = Estimate(
      contrast.estimate.value, lower: contrast.estimate.lower, upper: contrast.estimate.upper, covers: .seeds(seeds))
    probability = contrast.probabilityAboveZero
    self.seeds = seeds
  }

  package var value: Double { estimate.value }
}

extension Difference: Codable {
  private enum CodingKeys: String, CodingKey {
    case value, lower, upper, probability, seeds
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    seeds = try container.decode(Int.self, forKey: .seeds)
    probability = try container.decode(Double.self, forKey: .probability)
    estimate = Estimate(
      try container.decode(Double.self, forKey: .value), lower: try container.decode(Double.self, forKey: .lower),
      upper: try container.decode(Double.self, forKey: .upper), covers: .seeds(seeds))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(value, forKey: .value)
    try container.encode(estimate.lower ?? value, forKey: .lower)
    try container.encode(estimate.upper ?? value, forKey: .upper)
    try container.encode(probability, forKey: .probability)
    try container.encode(seeds, forKey: .seeds)
  }
}
