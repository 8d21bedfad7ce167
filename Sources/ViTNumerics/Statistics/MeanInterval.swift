/// A sample's mean with the interval that the true mean lies in, and what comparisons of means need to know of the
/// sample.
package struct MeanInterval: Hashable, Sendable {
  /// With Student's t interval; without one for a single value, which says nothing about its spread.
  package let estimate: Estimate
  /// Sample standard deviation; nil for a single value.
  package let standardDeviation: Double?
  package let count: Int

  /// - Parameters:
  ///   - values: The sample; nil results from an empty one.
  ///   - confidence: Probability that the interval holds the true mean of normally distributed values.
  package init?(_ values: [Double], confidence: Double = 0.95) {
    guard let estimate = Estimate(meanOf: values, confidence: confidence) else { return nil }
    self.estimate = estimate
    count = values.count
    standardDeviation = Statistics.standardDeviation(values)
  }

  package var mean: Double { estimate.value }
  package var halfWidth: Double? { estimate.halfWidth }

  /// Variance of the mean; nil for a single value.
  package var squaredStandardError: Double? {
    standardDeviation.map { $0 * $0 / Double(count) }
  }
}
