internal import Foundation

extension Reference {
  /// The distribution function of the standard normal distribution.
  package static func normalDistribution(_ x: Double) -> Double { 0.5 * erfc(-x / 2.squareRoot()) }

  /// The exact GELU, x Phi(x). Hendrycks and Gimpel 2016.
  package static func gelu(_ x: Double) -> Double { x * normalDistribution(x) }

  /// GELU's derivative, Phi(x) + x phi(x).
  package static func geluDerivative(_ x: Double) -> Double {
    normalDistribution(x) + x * exp(-x * x / 2) / (2 * Double.pi).squareRoot()
  }

  /// The element-wise sum of arrays of one length.
  package static func sum(_ parts: [[Double]]) -> [Double] {
    guard let first = parts.first else { return [] }
    return parts.dropFirst().reduce(first) { sum, part in zip(sum, part).map { $0 + $1 } }
  }

  /// The hyperparameters of `adamW`.
  package struct AdamW {
    package var learningRate: Double
    package var beta1: Double
    package var beta2: Double
    package var epsilon: Double
    package var weightDecay: Double

    package init(learningRate: Double, beta1: Double, beta2: Double, epsilon: Double, weightDecay: Double) {
      self.learningRate = learningRate
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.weightDecay = weightDecay
    }

    /// One update of one weight and its two moments.
    ///
    /// - Parameter step: Counts from 1.
    package func update(
      weight: inout Double, moment1: inout Double, moment2: inout Double, gradient: Double, step: Int
    ) {
      weight -= learningRate * weightDecay * weight
      moment1 = beta1 * moment1 + (1 - beta1) * gradient
      moment2 = beta2 * moment2 + (1 - beta2) * gradient * gradient
      let mean = moment1 / (1 - pow(beta1, Double(step)))
      let square = moment2 / (1 - pow(beta2, Double(step)))
      weight -= learningRate * mean / (square.squareRoot() + epsilon)
    }
  }
}
