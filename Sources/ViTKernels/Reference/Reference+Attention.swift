internal import Foundation

extension Reference {
  /// The softmax of each row.
  package static func softmax(_ x: DoubleMatrix) -> DoubleMatrix {
    var result = x
    for row in 0..<x.rows {
      var top = -Double.infinity
      for column in 0..<x.columns { top = max(top, x[row, column]) }
      var sum = 0.0
      for column in 0..<x.columns {
        result[row, column] = exp(x[row, column] - top)
        sum += result[row, column]
      }
      for column in 0..<x.columns { result[row, column] /= sum }
    }
    return result
  }

  /// Attention of one head of one image.
  ///
  /// - Parameters:
  ///   - q: (queries, QK)
  ///   - k: (tokens, QK)
  ///   - v: (tokens, V)
  /// - Returns: P = softmax(scale Q K^T), (queries, tokens), and P V, (queries, V).
  package static func attention(
    q: DoubleMatrix, k: DoubleMatrix, v: DoubleMatrix, scale: Double
  ) -> (probability: DoubleMatrix, output: DoubleMatrix) {
    let probability = softmax(product(q, k.transposed).map { scale * $0 })
    return (probability, product(probability, v))
  }

  /// The gradients of attention.
  ///
  /// - Parameters:
  ///   - probability: As `attention` returns it.
  ///   - outputGradient: (queries, V)
  package static func attentionBackward(
    q: DoubleMatrix, k: DoubleMatrix, v: DoubleMatrix, scale: Double, probability: DoubleMatrix,
    outputGradient: DoubleMatrix
  ) -> (q: DoubleMatrix, k: DoubleMatrix, v: DoubleMatrix) {
    // dS = P * (dP - sum over tokens of P dP), with dP = dO V^T.
    let probabilityGradient = product(outputGradient, v.transposed)
    var scoreGradient = probability
    for row in 0..<probability.rows {
      var mean = 0.0
      for column in 0..<probability.columns { mean += probability[row, column] * probabilityGradient[row, column] }
      for column in 0..<probability.columns {
        scoreGradient[row, column] *= scale * (probabilityGradient[row, column] - mean)
      }
    }
    return (
      product(scoreGradient, k), transposedProduct(scoreGradient, q), transposedProduct(probability, outputGradient)
    )
  }
}
