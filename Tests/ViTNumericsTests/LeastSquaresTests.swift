import Testing
import ViTNumerics

@Suite struct `Least squares` {
  /// The line through (0, 1), (1, 2), (2, 4): slope 1.5, intercept 5/6, from the normal equations by hand.
  @Test func `fits a line`() throws {
    let x = try LeastSquares.solve([1, 0, 1, 1, 1, 2], columns: 2, rightHandSide: [1, 2, 4])
    #expect(abs(x[0] - 5.0 / 6) < 1e-14)
    #expect(abs(x[1] - 1.5) < 1e-14)
  }

  @Test func `refuses dependent columns`() {
    #expect(throws: NumericsError.self) {
      try LeastSquares.solve([1, 1, 1, 1, 1, 1], columns: 2, rightHandSide: [1, 2, 3])
    }
  }

  @Test func `keeps the minimiser when rows are folded`() throws {
    let matrix: [Double] = [1, 2, 3, 4, 5, 7, 8, 8]
    let rightHandSide: [Double] = [1, -2, 3, 0.5]
    let whole = try LeastSquares.solve(matrix, columns: 2, rightHandSide: rightHandSide)
    let folded = try LeastSquares.reduced(matrix, columns: 2, rightHandSide: rightHandSide)
    let small = try LeastSquares.solve(folded.matrix, columns: 2, rightHandSide: folded.rightHandSide)
    for (a, b) in zip(whole, small) { #expect(abs(a - b) < 1e-13) }
  }

  /// The Karush-Kuhn-Tucker conditions decide: zero slope where a coefficient is free, none upward where it is zero.
  @Test(arguments: [(30, 12), (20, 20), (10, 25)])
  func `Non-negative solutions are optimal`(rows: Int, columns: Int) throws {
    var random = CounterRandom(seed: 7, purpose: "test.nnls", stream: UInt64(columns))
    let matrix = (0..<(rows * columns)).map { _ in random.uniform() }
    let rightHandSide = (0..<rows).map { _ in random.gaussian() + 1 }
    let ridge = 1e-4
    let x = try NonNegativeLeastSquares.solve(matrix, columns: columns, rightHandSide: rightHandSide, ridge: ridge)
    #expect(x.allSatisfy { $0 >= 0 })
    #expect(x.contains { $0 == 0 } && x.contains { $0 > 0 })
    for column in 0..<columns {
      var slope = -ridge * x[column]
      for row in 0..<rows {
        var residual = rightHandSide[row]
        for other in 0..<columns { residual -= matrix[row * columns + other] * x[other] }
        slope += matrix[row * columns + column] * residual
      }
      // Rounding of sums of some dozens of terms of order 1.
      if x[column] > 0 { #expect(abs(slope) < 1e-9) } else { #expect(slope < 1e-9) }
    }
  }

  @Test func `A sum of positive parts is found again`() throws {
    let truth: [Double] = [0.5, 0, 2, 0, 1]
    var random = CounterRandom(seed: 3, purpose: "test.nnls")
    let rows = (0..<40).map { _ in truth.map { _ in random.uniform() } }
    let rightHandSide = rows.map { row in zip(row, truth).reduce(0) { $0 + $1.0 * $1.1 } }
    let x = try NonNegativeLeastSquares.solve(
      rows.flatMap { $0 }, columns: 5, rightHandSide: rightHandSide, ridge: 1e-12)
    for (found, expected) in zip(x, truth) { #expect(abs(found - expected) < 1e-10) }
  }
}
