internal import CGSL

/// Regression with errors from Student's t distribution: maximum likelihood, and robust, since an observation far off
/// counts for little. Found by iteratively reweighted least squares, so any least-squares fit can be made robust.
///
/// Source: Lange, Little and Taylor, "Robust statistical modeling using the t distribution", JASA 84 (1989), with the
/// faster scale update of Kent, Tyler and Vardi, "A curious likelihood identity for the multivariate
/// t-distribution", Communications in Statistics 23 (1994).
package struct StudentTRegression<Model> {
  package let model: Model
  /// Scale of the errors; their standard deviation is larger by the root of ν / (ν - 2).
  package let scale: Double
  /// Of all observations, in natural units.
  package let logLikelihood: Double
  /// From 0 to (ν + 1) / ν: how much each observation counts.
  package let weights: [Double]

  /// - Parameters:
  ///   - observations: At least one finite number.
  ///   - degreesOfFreedom: ν. Lange, Little and Taylor recommend 4 where the data do not say.
  ///   - minimumScale: Above 0: what the observations are rounded to keeps the scale of an exact fit from vanishing.
  ///   - initialWeights: One for each observation; nil for 1 each.
  ///   - solve: The weighted least-squares fit: the model for the weights, and its value for each observation.
  package init(
    _ observations: [Double], degreesOfFreedom: Double = 4, minimumScale: Double, initialWeights: [Double]? = nil,
    solve: (_ weights: [Double]) throws(NumericsError) -> (model: Model, values: [Double])
  ) throws(NumericsError) {
    precondition(minimumScale > 0 && degreesOfFreedom > 0, "scale and degrees of freedom must be above zero")
    var weights = initialWeights ?? [Double](repeating: 1, count: observations.count)
    var (model, values) = try solve(weights)
    var scale = StudentTRegression.scale(observations, values, weights, minimum: minimumScale)
    var likelihood = -Double.infinity
    // Every round raises the likelihood; the limit only ends a crawl along a plateau of it.
    for _ in 0..<100 {
      weights = zip(observations, values).map { observation, value in
        let z = (observation - value) / scale
        return (degreesOfFreedom + 1) / (degreesOfFreedom + z * z)
      }
      (model, values) = try solve(weights)
      scale = StudentTRegression.scale(observations, values, weights, minimum: minimumScale)
      let next = StudentTRegression.logLikelihood(observations, values, scale, degreesOfFreedom)
      let gain = next - likelihood
      likelihood = next
      if gain < 1e-7 { break }
    }
    self.model = model
    self.scale = scale
    self.weights = weights
    logLikelihood = likelihood
  }

  private static func scale(_ y: [Double], _ values: [Double], _ weights: [Double], minimum: Double) -> Double {
    var squares = 0.0
    var sum = 0.0
    for index in y.indices {
      let residual = y[index] - values[index]
      squares += weights[index] * residual * residual
      sum += weights[index]
    }
    return max((squares / sum).squareRoot(), minimum)
  }

  private static func logLikelihood(_ y: [Double], _ values: [Double], _ scale: Double, _ freedom: Double) -> Double {
    var sum = 0.0
    for index in y.indices {
      let z = (y[index] - values[index]) / scale
      sum -= (freedom + 1) / 2 * Logarithm.natural(1 + z * z / freedom)
    }
    let constant =
      lgamma((freedom + 1) / 2) - lgamma(freedom / 2) - Logarithm.natural(freedom * .pi) / 2
      - Logarithm.natural(scale)
    return sum + Double(y.count) * constant
  }
}
