internal import CGSL

/// A sample's median with a distribution-free confidence interval.
///
/// The interval is bounded by two order statistics: the number of values below the true median is Binomial(n, 1/2)
/// whatever the distribution. Source: David and Nagaraja, "Order statistics", 2003, section 7.1.
package struct MedianInterval: Hashable, Sendable {
  package let median: Double
  package let lower: Double
  package let upper: Double

  /// Half the width of the interval, as a share of the median.
  package var relativeHalfWidth: Double { (upper - lower) / 2 / median }

  /// - Parameters:
  ///   - sample: At least one value. With fewer than six no pair of order statistics reaches 95%; the interval is
  ///     then the whole range.
  ///   - confidence: Coverage that the interval reaches at least.
  package init(of sample: [Double], confidence: Double = 0.95) {
    precondition(!sample.isEmpty, "an empty sample has no median")
    GSL.prepare()
    let sorted = sample.sorted()
    let n = sorted.count
    median = n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2
    let tail = (1 - confidence) / 2
    var rank = 0
    while rank + 1 < (n + 1) / 2, gsl_cdf_binomial_P(UInt32(rank), 0.5, UInt32(n)) <= tail { rank += 1 }
    let first = max(rank - 1, 0)
    lower = sorted[first]
    upper = sorted[n - 1 - first]
  }
}
