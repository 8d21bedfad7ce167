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
    var variance = 0.0
    var denominator = 0.0
    for (weight, sample) in terms where weight != 0 {
      guard let squaredError = sample.squaredStandardError else { return nil }
      let part = weight * weight * squaredError
      value += weight * sample.mean
      variance += part
      denominator += part * part / Double(sample.count - 1)
    }
    let coverage = Estimate.Coverage.seeds(terms.filter { $0.weight != 0 }.map(\.sample.count).min() ?? 0)
    guard variance > 0, denominator > 0 else {
      estimate = Estimate(value, halfWidth: 0, covers: coverage, confidence: confidence)
      probabilityAboveZero = value > 0 ? 1 : value < 0 ? 0 : 0.5
      return
    }
    let degreesOfFreedom = variance * variance / denominator
    let error = variance.squareRoot()
    let half = error * StudentT.quantile((1 + confidence) / 2, degreesOfFreedom: degreesOfFreedom)
    estimate = Estimate(value, halfWidth: half, covers: coverage, confidence: confidence)
    probabilityAboveZero = StudentT.cumulative(value / error, degreesOfFreedom: degreesOfFreedom)
  }
}
