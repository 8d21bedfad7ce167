import Testing
import ViTKernels
import ViTNumerics

@Suite struct LayerNormTests {
  private static let sizes: [(rows: Int, width: Int)] =
    (1...35).map { (1 + $0 % 5, $0) } + [(25, 64), (3, 100), (2, 192), (2, 385)]

  /// Rows with a mean of 2, so that the mean matters.
  private func rows(_ rows: Int, _ width: Int, _ random: inout CounterRandom) -> OwnedMatrix {
    let x = OwnedMatrix(rows: rows, columns: width, random: &random, guardValue: .nan)
    for row in 0..<rows {
      for column in 0..<width { x.matrix[row, column] += 2 }
    }
    return x
  }

  @Test(arguments: KernelSet.available)
  func `Forward equals the reference`(kernels: KernelSet) {
    var random = CounterRandom(seed: 1, purpose: "layer norm")
    for (count, width) in Self.sizes {
      let x = rows(count, width, &random)
      let found = OwnedMatrix(rows: count, columns: width, guardValue: 7)
      let inverse = FloatBuffer(count: count)
      LayerNorm.forward(kernels, x.matrix, normalized: found.matrix, inverse: inverse.vector)
      let expected = Reference.normalize(x.double)
      // Mean and variance are sums of `width` terms; an error of the mean reaches the result times the inverse
      // deviation, and through the variance in proportion to the result.
      var bound = expected.normalized
      for row in 0..<count {
        let top = (0..<width).reduce(0) { max($0, abs(Double(x.matrix[row, $1]))) }
        let relative = Double(width + 10) * roundoff * (1 + expected.inverse[row] * top)
        for column in 0..<width { bound[row, column] = relative * (1 + abs(bound[row, column])) }
        #expect(abs(Double(inverse[row]) / expected.inverse[row] - 1) <= relative, "inverse, width \(width)")
      }
      #expect(worstError(found.double, expected.normalized, bound: bound) <= 1, "width \(width)")
      #expect(found.paddingIs(7))
    }
  }

  @Test(arguments: KernelSet.available)
  func `Backward adds the reference's gradient`(kernels: KernelSet) {
    var random = CounterRandom(seed: 2, purpose: "layer norm")
    for (count, width) in Self.sizes {
      let x = rows(count, width, &random)
      let gradient = OwnedMatrix(rows: count, columns: width, random: &random, guardValue: .nan)
      let target = OwnedMatrix(rows: count, columns: width, random: &random, guardValue: 7)
      let before = target.double
      let normalized = OwnedMatrix(rows: count, columns: width, guardValue: .nan)
      let inverse = FloatBuffer(count: count)
      LayerNorm.forward(kernels, x.matrix, normalized: normalized.matrix, inverse: inverse.vector)
      LayerNorm.backward(
        kernels, gradient: gradient.matrix, normalized: normalized.matrix, inverse: inverse.vector,
        addingTo: target.matrix)
      let factors = inverse.values.map(Double.init)
      let added = Reference.normalizeBackward(
        gradient: gradient.double, normalized: normalized.double, inverse: factors)
      var bound = before
      for row in 0..<count {
        var top = 0.0
        var topProduct = 0.0
        for column in 0..<width {
          let value = abs(Double(gradient.matrix[row, column]))
          top = max(top, value)
          topProduct = max(topProduct, value * abs(normalized.double[row, column]))
        }
        for column in 0..<width {
          let terms = factors[row] * (2 * top + abs(normalized.double[row, column]) * topProduct)
          bound[row, column] = Double(width + 10) * roundoff * (abs(before[row, column]) + terms)
        }
      }
      #expect(worstError(target.double, before.combined(with: added, +), bound: bound) <= 1, "width \(width)")
      #expect(target.paddingIs(7))
    }
  }

  @Test(arguments: KernelSet.available)
  func `Backward equals central differences of forward`(kernels: KernelSet) {
    var random = CounterRandom(seed: 3, purpose: "layer norm")
    for width in [2, 5, 16, 33] {
      let x = rows(3, width, &random)
      let weights = OwnedMatrix(rows: 3, columns: width, random: &random)
      let found = OwnedMatrix(rows: 3, columns: width)
      let normalized = OwnedMatrix(rows: 3, columns: width)
      let inverse = FloatBuffer(count: 3)
      LayerNorm.forward(kernels, x.matrix, normalized: normalized.matrix, inverse: inverse.vector)
      LayerNorm.backward(
        kernels, gradient: weights.matrix, normalized: normalized.matrix, inverse: inverse.vector,
        addingTo: found.matrix)
      let differences = centralDifferences(at: x.double.values) { values in
        let output = Reference.normalize(.init(rows: 3, columns: width, values: values)).normalized
        return zip(output.values, weights.double.values).reduce(0) { $0 + $1.0 * $1.1 }
      }
      // With two columns the gradient nearly cancels: it is of the order of epsilon / variance. So the size to compare
      // with is that of the terms.
      let size = weights.double.values.reduce(0) { $0 + $1 * $1 }.squareRoot() * Double(inverse.values.max() ?? 0)
      let difference = zip(found.double.values, differences).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      #expect(difference.squareRoot() <= Double(width + 10) * 2 * roundoff * size, "width \(width)")
    }
  }

  @Test(arguments: KernelSet.available, [Float.nan, .infinity, -.infinity])
  func `A row with a number that is not finite becomes NaN, and no other row does`(kernels: KernelSet, value: Float) {
    var random = CounterRandom(seed: 4, purpose: "layer norm")
    for width in [3, 16, 37] {
      for column in 0..<width {
        let x = rows(3, width, &random)
        x.matrix[1, column] = value
        let found = OwnedMatrix(rows: 3, columns: width)
        let inverse = FloatBuffer(count: 3)
        LayerNorm.forward(kernels, x.matrix, normalized: found.matrix, inverse: inverse.vector)
        let expected = Reference.normalize(x.double).normalized
        #expect(zip(found.double.values, expected.values).allSatisfy { $0.isFinite == $1.isFinite })
        #expect(!found.double.values[width + column].isFinite)
      }
    }
  }
}
