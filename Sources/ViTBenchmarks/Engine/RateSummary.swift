internal import ViTNumerics

/// The median of repeated measurements and the quartiles around it.
package struct RateSummary: Encodable, Hashable, Sendable {
  package let median: Double
  package let lowerQuartile: Double
  package let upperQuartile: Double
  package let samples: Int

  /// - Returns: Nil for no values.
  package init?(_ values: [Double]) {
    guard let median = Statistics.median(values), let lower = Statistics.quantile(values, 0.25),
      let upper = Statistics.quantile(values, 0.75)
    else { return nil }
    self.median = median
    lowerQuartile = lower
    upperQuartile = upper
    samples = values.count
  }

  /// The same, of every measurement times `factor`.
  package func scaled(by factor: Double) -> RateSummary {
    RateSummary(
      median: median * factor, lowerQuartile: lowerQuartile * factor, upperQuartile: upperQuartile * factor,
      samples: samples)
  }

  private init(median: Double, lowerQuartile: Double, upperQuartile: Double, samples: Int) {
    self.median = median
    self.lowerQuartile = lowerQuartile
    self.upperQuartile = upperQuartile
    self.samples = samples
  }
}
