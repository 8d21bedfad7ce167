internal import CGSL

/// The standard deviation that several samples have in common, each around its own mean.
///
/// A few seeds say little of their own spread: with five, it is off by a third as a rule, and a comparison of two such
/// members has to allow for that. Members that are trained alike spread alike, so their deviations are put together;
/// `homogeneity` says how far the samples bear that out.
package struct PooledDeviation: Hashable, Sendable {
  package let variance: Double
  /// Values less samples, over the samples of two or more.
  package let degreesOfFreedom: Double
  /// Samples of two or more.
  package let samples: Int
  /// The P value of Bartlett's test that all samples spread alike; nil for fewer than two that spread at all. Samples
  /// without any spread, as counts of few images can have, are left out.
  ///
  /// Source: Bartlett, "Properties of sufficiency and statistical tests", Proceedings of the Royal Society A 160, 1937.
  package let homogeneity: Double?

  /// Nil where no sample holds two values.
  package init?(_ samples: [MeanInterval]) {
    let spread = samples.compactMap { sample in
      sample.standardDeviation.map { (variance: $0 * $0, freedom: Double(sample.count - 1)) }
    }
    guard !spread.isEmpty else { return nil }
    degreesOfFreedom = spread.map(\.freedom).reduce(0, +)
    variance = spread.map { $0.variance * $0.freedom }.reduce(0, +) / degreesOfFreedom
    self.samples = spread.count
    homogeneity = PooledDeviation.bartlett(spread.filter { $0.variance > 0 })
  }

  package var standardDeviation: Double { variance.squareRoot() }

  private static func bartlett(_ spread: [(variance: Double, freedom: Double)]) -> Double? {
    guard spread.count >= 2 else { return nil }
    let freedom = spread.map(\.freedom).reduce(0, +)
    let pooled = spread.map { $0.variance * $0.freedom }.reduce(0, +) / freedom
    let logarithms = spread.map { $0.freedom * Logarithm.natural($0.variance) }.reduce(0, +)
    let groups = Double(spread.count)
    let correction = 1 + (spread.map { 1 / $0.freedom }.reduce(0, +) - 1 / freedom) / (3 * (groups - 1))
    let statistic = (freedom * Logarithm.natural(pooled) - logarithms) / correction
    GSL.prepare()
    return gsl_cdf_chisq_Q(max(statistic, 0), groups - 1)
  }
}
