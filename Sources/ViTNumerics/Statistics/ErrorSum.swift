/// The squared standard error of a number, put together from independent parts, each with the degrees of freedom that
/// it was estimated with.
///
/// Intervals are Student's with the degrees of freedom of Satterthwaite.
///
/// Source: Satterthwaite, "An approximate distribution of estimates of variance components", Biometrics Bulletin 2,
/// 1946.
package struct ErrorSum: Hashable, Sendable {
  package private(set) var variance = 0.0
  private var denominator = 0.0

  package init() {}

  /// - Parameters:
  ///   - part: A squared standard error.
  ///   - degreesOfFreedom: Infinite for a part that is known.
  package mutating func add(_ part: Double, degreesOfFreedom: Double = .infinity) {
    variance += part
    denominator += part * part / degreesOfFreedom
  }

  package var standardError: Double { variance.squareRoot() }

  /// Infinite where every part is known.
  package var degreesOfFreedom: Double { denominator > 0 ? variance * variance / denominator : .infinity }

  /// How many standard errors an interval reaches to either side.
  package func quantile(confidence: Double = 0.95) -> Double {
    StudentT.quantile((1 + confidence) / 2, degreesOfFreedom: finiteFreedom)
  }

  /// The number with its interval.
  package func estimate(_ value: Double, covers: Estimate.Coverage, confidence: Double = 0.95) -> Estimate {
    let half = variance > 0 ? standardError * quantile(confidence: confidence) : 0
    return Estimate(value, halfWidth: half, covers: covers, confidence: confidence)
  }

  /// Under a flat prior, the probability that the true number is positive, approximately.
  package func probabilityAboveZero(_ value: Double) -> Double {
    guard variance > 0 else { return value > 0 ? 1 : value < 0 ? 0 : 0.5 }
    return StudentT.cumulative(value / standardError, degreesOfFreedom: finiteFreedom)
  }

  /// From a million on, Student's distribution is the normal one to six digits, and GSL takes no infinity.
  private var finiteFreedom: Double { min(degreesOfFreedom, 1e6) }
}
