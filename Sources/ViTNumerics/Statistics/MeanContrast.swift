/// A weighted sum of the means of independent samples, with the interval that its true value lies in.
///
/// The interval is Welch's: Student's t with the degrees of freedom of Satterthwaite, which assumes normally
/// distributed values but no common variance. Under a flat prior, `probabilityAboveZero` is the posterior probability
/// that the true sum is positive, approximately.
///
/// Sources: Welch, "The generalization of 'Student's' problem when several different population variances are
/// involved", Biometrika 34, 1947; Satterthwaite, "An approximate distribution of estimates of variance components",
/// Biometrics Bulletin 2, 1946.
package struct MeanContrast: Hashable, Sendable {
  /// Covers the spread between as many seeds as the sample with the fewest has.
  package let estimate: Estimate
  package let probabilityAboveZero: Double

  /// - Parameters:
  ///   - terms: The samples and their weights, at least one.
  ///   - confidence: Probability that the interval holds the true value.
  /// - Returns: Nil when a sample of weight other than 0 holds a single value, which says nothing about its spread.
  package init?(_ terms: [(weight: Double, sample: MeanInterval)], confidence: Double = 0.95) {
    var value = 0.0
    var error = ErrorSum()
    for (weight, sample) in terms where weight != 0 {
      guard let squaredError = sample.squaredStandardError else { return nil }
      value += weight * sample.mean
      error.add(weight * weight * squaredError, degreesOfFreedom: Double(sample.count - 1))
    }
    let seeds = terms.filter { $0.weight != 0 }.map(\.sample.count).min() ?? 0
    estimate = error.estimate(value, covers: .seeds(seeds), confidence: confidence)
    probabilityAboveZero = error.probabilityAboveZero(value)
  }
}
