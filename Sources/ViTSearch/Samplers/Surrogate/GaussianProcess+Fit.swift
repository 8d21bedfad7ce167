package import ViTNumerics

extension GaussianProcess {
  /// Observations without a kernel yet.
  package struct Data {
    let inputs: PointMatrix
    /// Standardised.
    let values: [Double]

    /// - Parameter points: At least one, with at least one coordinate.
    package init(points: [[Double]], values: [Double]) {
      inputs = PointMatrix(points, axes: points.first?.count ?? 0)
      let mean = Statistics.mean(values) ?? 0
      let deviation = Statistics.standardDeviation(values) ?? 0
      self.values = values.map { ($0 - mean) / (deviation > 0 && deviation.isFinite ? deviation : 1) }
    }

    /// The hyperparameters with the largest posterior density that BFGS finds.
    package func fitted(iterations: Int = 25) throws(NumericsError) -> Hyperparameters {
      let prior = Prior(axes: inputs.axes)
      let best = try QuasiNewton.minimum(from: prior.start, iterations: iterations) { point in
        guard let (value, gradient) = try? negativeLogDensity(at: point, prior: prior) else {
          return (.infinity, point.map { _ in 0 })
        }
        return (value, gradient)
      }
      return Data.hyperparameters(best)
    }

    /// Lengths, then the noise.
    static func hyperparameters(_ point: [Double]) -> Hyperparameters {
      Hyperparameters(logLengths: point.dropLast().map { min(max($0, -5), 8) }, logNoise: min(point.last ?? 0, 5))
    }

    /// Minus the logarithm of the marginal likelihood, with the signal's variance at its maximum, and of the prior;
    /// without constants.
    package func negativeLogDensity(
      at point: [Double], prior: Prior
    ) throws(NumericsError) -> (value: Double, gradient: [Double]) {
      let hyperparameters = Data.hyperparameters(point)
      let kernel = MaternKernel(hyperparameters)
      let count = inputs.count
      let factor = try CholeskyFactor(
        kernel.matrix(inputs, noise: hyperparameters.noise), order: count)
      var whitened = values
      try factor.solveLower(&whitened, count: 1)
      let variance = GaussianProcess.signalVariance(whitened)
      let inverse = try factor.inverse()
      let weights = (0..<count).map { row in
        (0..<count).reduce(0) { $0 + inverse[row * count + $1] * values[$1] }
      }
      // The derivative by an entry of the matrix, which stands in it twice.
      func slope(_ i: Int, _ j: Int) -> Double { inverse[i * count + j] - weights[i] * weights[j] / variance }
      var gradient = kernel.lengthGradient(inputs, weight: slope)
      let trace = (0..<count).reduce(0) { $0 + slope($1, $1) }
      gradient.append(0.5 * trace * Exponential.natural(hyperparameters.logNoise))
      let value = 0.5 * (Double(count + 1) * Logarithm.natural(variance) + factor.logDeterminant)
      let (penalty, penaltySlope) = prior.negativeLogDensity(point)
      return (value + penalty, zip(gradient, penaltySlope).map { $0 + $1 })
    }
  }

  /// Normal distributions of the logarithms.
  ///
  /// Lengths are expected to grow with the square root of the number of axes, as distances do: Hvarfner, Hellsten and
  /// Nardi, "Vanilla Bayesian optimization performs great in high dimensions", ICML 2024.
  package struct Prior: Sendable {
    package let start: [Double]
    private let deviations: [Double]

    package init(axes: Int) {
      let length = 0.5 * Logarithm.natural(Double(max(axes, 1)))
      start = Array(repeating: length, count: axes) + [Logarithm.natural(1e-4)]
      deviations = Array(repeating: 1.5, count: axes) + [3]
    }

    package func negativeLogDensity(_ point: [Double]) -> (value: Double, gradient: [Double]) {
      let scaled = point.indices.map { (point[$0] - start[$0]) / deviations[$0] }
      return (
        0.5 * scaled.reduce(0) { $0 + $1 * $1 }, zip(scaled, deviations).map { $0 / $1 }
      )
    }
  }
}
