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
