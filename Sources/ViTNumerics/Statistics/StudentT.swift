internal import CGSL

/// Student's t distribution.
package enum StudentT {
  /// The probability of a value at or below `t`.
  ///
  /// - Parameter degreesOfFreedom: Greater than zero, not necessarily whole.
  package static func cumulative(_ t: Double, degreesOfFreedom: Double) -> Double {
    GSL.prepare()
    return gsl_cdf_tdist_P(t, degreesOfFreedom)
  }

  /// The value that a number from the distribution stays below with the given probability.
  ///
  /// - Parameters:
  ///   - probability: Between 0 and 1, both excluded.
  ///   - degreesOfFreedom: Greater than zero, not necessarily whole.
  package static func quantile(_ probability: Double, degreesOfFreedom: Double) -> Double {
    GSL.prepare()
    return gsl_cdf_tdist_Pinv(probability, degreesOfFreedom)
  }
}

/// A sample's mean with the interval that the true mean lies in.
package struct MeanInterval: Hashable, Sendable {
  package let mean: Double
  /// Sample standard deviation; nil for a single value.
  package let standardDeviation: Double?
  package let count: Int
  /// Half the width of Student's t interval; nil for a single value, which says nothing about its spread.
  package let halfWidth: Double?

  /// - Parameters:
  ///   - values: The sample; nil results from an empty one.
  ///   - confidence: Probability that the interval holds the true mean of normally distributed values.
  package init?(_ values: [Double], confidence: Double = 0.95) {
    guard let mean = Statistics.mean(values) else { return nil }
    self.mean = mean
    count = values.count
    standardDeviation = Statistics.standardDeviation(values)
    halfWidth = standardDeviation.map { deviation in
      let t = StudentT.quantile((1 + confidence) / 2, degreesOfFreedom: Double(values.count - 1))
      return t * deviation / Double(values.count).squareRoot()
    }
  }

  /// Variance of the mean; nil for a single value.
  package var squaredStandardError: Double? {
    standardDeviation.map { $0 * $0 / Double(count) }
  }
}
