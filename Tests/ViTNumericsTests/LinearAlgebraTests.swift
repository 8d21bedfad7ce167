import Testing
import ViTNumerics

@Suite struct `A Cholesky factor` {
  /// A A' + I of random numbers: positive definite, with its inverse known through the residual.
  private func matrix(order: Int) -> [Double] {
    var random = CounterRandom(seed: 1, purpose: "cholesky-test")
    let a = (0..<(order * order)).map { _ in random.gaussian() }
    return (0..<(order * order)).map { index in
      let (row, column) = (index / order, index % order)
      return (0..<order).reduce(row == column ? 1.0 : 0) { $0 + a[row * order + $1] * a[column * order + $1] }
    }
  }

  /// The condition number is near 100 x order², so residuals are far below 1e-9.
  @Test(arguments: [1, 2, 7, 40])
  func `gives the inverse, and solves with the lower triangle`(order: Int) throws {
    let matrix = matrix(order: order)
    let factor = try CholeskyFactor(matrix, order: order)
    let inverse = try factor.inverse()
    for row in 0..<order {
      for column in 0..<order {
        let product = (0..<order).reduce(0) { $0 + matrix[row * order + $1] * inverse[$1 * order + column] }
        #expect(abs(product - (row == column ? 1 : 0)) < 1e-9)
      }
    }
    // |L⁻¹ b|² = b' A⁻¹ b, for two right-hand sides at once.
    let right = (0..<(2 * order)).map { Double($0 % 5) - 1.5 }
    var solved = right
    try factor.solveLower(&solved, count: 2)
    for side in 0..<2 {
      let found = stride(from: side, to: 2 * order, by: 2).reduce(0) { $0 + solved[$1] * solved[$1] }
      let expected = (0..<order).reduce(0) { sum, row in
        sum + (0..<order).reduce(0) { $0 + right[2 * row + side] * inverse[row * order + $1] * right[2 * $1 + side] }
      }
      #expect(abs(found - expected) < 1e-9 * max(1, expected))
    }
  }

  @Test func `solves for no right-hand side at all`() throws {
    var none: [Double] = []
    try CholeskyFactor([4, 2, 2, 10], order: 2).solveLower(&none, count: 0)
    #expect(none.isEmpty)
  }

  @Test func `has the determinant computed by hand, and needs a positive definite matrix`() throws {
    // 4 x 10 - 2 x 2
    let factor = try CholeskyFactor([4, 2, 2, 10], order: 2)
    #expect(abs(factor.logDeterminant - Logarithm.natural(36)) < 1e-15)
    #expect(throws: NumericsError.self) { try CholeskyFactor([1, 2, 2, 1], order: 2) }
  }
}

@Suite struct `Quasi-Newton minimisation` {
  /// Rosenbrock's valley, whose minimum is 0 at (1, 1).
  @Test func `walks down a curved valley`() throws {
    let found = try QuasiNewton.minimum(from: [-1.2, 1], iterations: 200, gradientTolerance: 1e-8) { point in
      let (x, y) = (point[0], point[1])
      let value = (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x)
      return (value, [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])
    }
    #expect(abs(found[0] - 1) < 1e-6 && abs(found[1] - 1) < 1e-6)
  }

  @Test func `takes as many steps as it may, and stays without any`() throws {
    func value(after iterations: Int) throws -> Double {
      let found = try QuasiNewton.minimum(from: [0], iterations: iterations) { point in
        ((point[0] - 3) * (point[0] - 3), [2 * (point[0] - 3)])
      }
      return (found[0] - 3) * (found[0] - 3)
    }
    #expect(try value(after: 0) == 9)
    #expect(try value(after: 1) < 9)
  }

  @Test func `keeps the best point when the function ends in a cliff`() throws {
    let found = try QuasiNewton.minimum(from: [1], iterations: 50) { point in
      point[0] > 0.5 ? (point[0], [1]) : (.infinity, [0])
    }
    #expect(found[0] > 0.5 && found[0] <= 1)
  }
}

@Suite struct `The standard normal distribution` {
  /// SciPy 1.17.1: `norm.cdf([-3, 0, 1.5])`, `norm.pdf(1.5)`.
  @Test func `is SciPy's`() {
    let expected = [(-3.0, 0.0013498980316300933), (0, 0.5), (1.5, 0.9331927987311419)]
    for (z, probability) in expected { #expect(abs(StandardNormal.cumulative(z) - probability) < 1e-15) }
    #expect(abs(StandardNormal.density(1.5) - 0.12951759566589174) < 1e-16)
  }
}
