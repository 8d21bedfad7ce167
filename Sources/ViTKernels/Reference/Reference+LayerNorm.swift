extension Reference {
  /// LayerNorm without its affine part.
  ///
  /// - Returns: (x - mean) / sqrt(variance + epsilon) row by row, with the variance over all E columns (no Bessel
  ///   correction), and 1 / sqrt(variance + epsilon) of each row.
  package static func normalize(
    _ x: DoubleMatrix, epsilon: Double = Double(LayerNorm.epsilon)
  ) -> (normalized: DoubleMatrix, inverse: [Double]) {
    var normalized = x
    var inverse: [Double] = []
    let width = Double(x.columns)
    for row in 0..<x.rows {
      var mean = 0.0
      for column in 0..<x.columns { mean += x[row, column] / width }
      var variance = 0.0
      for column in 0..<x.columns { variance += (x[row, column] - mean) * (x[row, column] - mean) / width }
      let factor = 1 / (variance + epsilon).squareRoot()
      for column in 0..<x.columns { normalized[row, column] = (x[row, column] - mean) * factor }
      inverse.append(factor)
    }
    return (normalized, inverse)
  }

  /// The gradient of x from that of the normalised rows: inverse (g - mean(g) - n mean(g n)).
  package static func normalizeBackward(
    gradient: DoubleMatrix, normalized: DoubleMatrix, inverse: [Double]
  ) -> DoubleMatrix {
    var result = gradient
    let width = Double(gradient.columns)
    for row in 0..<gradient.rows {
      var mean = 0.0
      var weightedMean = 0.0
      for column in 0..<gradient.columns {
        mean += gradient[row, column] / width
        weightedMean += gradient[row, column] * normalized[row, column] / width
      }
      for column in 0..<gradient.columns {
        result[row, column] = inverse[row] * (gradient[row, column] - mean - normalized[row, column] * weightedMean)
      }
    }
    return result
  }
}
