internal import CGSL

/// A confidence interval of a probability from counted successes.
package enum ProportionInterval {
  /// The exact interval of Clopper and Pearson, Biometrika 26, 1934.
  ///
  /// - Parameters:
  ///   - successes: From 0 to `trials`.
  ///   - trials: At least 1.
  package static func clopperPearson(
    successes: Int, trials: Int, confidence: Double = 0.95
  ) -> ClosedRange<Double> {
    precondition(trials > 0 && (0...trials).contains(successes), "successes must be 0 to trials")
    GSL.prepare()
    let tail = (1 - confidence) / 2
    let hits = Double(successes)
    let misses = Double(trials - successes)
    let lower = successes == 0 ? 0 : gsl_cdf_beta_Pinv(tail, hits, misses + 1)
    let upper = successes == trials ? 1 : gsl_cdf_beta_Qinv(tail, hits + 1, misses)
    return lower...upper
  }
}
