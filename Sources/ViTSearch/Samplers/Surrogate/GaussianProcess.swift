package import ViTNumerics

/// A Gaussian process with a Matérn 5/2 kernel that has a length for each axis.
///
/// Values are standardised inside.
///
/// - Source: Rasmussen and Williams, "Gaussian processes for machine learning", 2006, chapters 2, 4 and 5.
package struct GaussianProcess {
  /// What the kernel looks like.
  package struct Hyperparameters: Hashable, Sendable {
    /// Logarithms of the lengths, one for each axis.
    package var logLengths: [Double]
    /// Logarithm of the noise's variance, as a share of the signal's.
    package var logNoise: Double

    package init(logLengths: [Double], logNoise: Double) {
      self.logLengths = logLengths
      self.logNoise = logNoise
    }

    /// The noise's share of the signal's variance; never so small that close points make the matrix singular.
    var noise: Double { 1e-6 + Exponential.natural(logNoise) }
  }

  package let hyperparameters: Hyperparameters
  /// Variance of the signal, in standardised units, from the likelihood's maximum given all else.
  let signalVariance: Double
  let kernel: MaternKernel
  let inputs: PointMatrix
  let factor: CholeskyFactor
  /// L⁻¹ y, with y standardised.
  let whitened: [Double]
  let mean: Double
  let scale: Double

  /// Conditions a process on observations.
  ///
  /// - Parameters:
  ///   - points: At least one, with at least one coordinate.
  ///   - values: One finite value for each point.
  /// - Throws: `NumericsError` when the kernel's matrix is not positive definite.
  package init(
    points: [[Double]], values: [Double], hyperparameters: Hyperparameters
  ) throws(NumericsError) {
    mean = Statistics.mean(values) ?? 0
    let deviation = Statistics.standardDeviation(values) ?? 0
    scale = deviation > 0 && deviation.isFinite ? deviation : 1
    kernel = MaternKernel(hyperparameters)
    self.hyperparameters = hyperparameters
    inputs = PointMatrix(points, axes: hyperparameters.logLengths.count)
    factor = try CholeskyFactor(
      kernel.matrix(inputs, noise: hyperparameters.noise), order: inputs.count)
    let (mean, scale) = (mean, scale)
    var whitened = values.map { ($0 - mean) / scale }
    try factor.solveLower(&whitened, count: 1)
    self.whitened = whitened
    signalVariance = GaussianProcess.signalVariance(whitened)
  }

  /// The variance that makes the observations likeliest; one more observation of variance 1 keeps it above 0.
  static func signalVariance(_ whitened: [Double]) -> Double {
    (whitened.reduce(0) { $0 + $1 * $1 } + 1) / Double(whitened.count + 1)
  }

  /// Means and standard deviations of the noiseless function.
  package func predict(_ points: [[Double]]) throws(NumericsError) -> [(mean: Double, deviation: Double)] {
    let field = try BelievedProcess(self).field(PointMatrix(points, axes: inputs.axes))
    return (0..<field.count).map { predict(field, at: $0) }
  }

  /// The prediction at one point of a field.
  func predict(_ field: PredictionField, at index: Int) -> (mean: Double, deviation: Double) {
    let variance = signalVariance * max(field.variances[index], 0)
    return (mean + scale * field.means[index], scale * variance.squareRoot())
  }
}
