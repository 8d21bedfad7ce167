/// Least squares with coefficients that are not negative.
///
/// Source: Lawson and Hanson, "Solving least squares problems", 1974, chapter 23, algorithm NNLS. The unconstrained
/// problems on the passive set are solved by GSL.
package enum NonNegativeLeastSquares {
  /// The x >= 0 that minimises |A x - b|² + ridge |x|².
  ///
  /// - Parameters:
  ///   - matrix: A, row by row, (rows, columns).
  ///   - rightHandSide: b, one value for each row.
  ///   - ridge: Greater than zero, which makes the solution unique whatever the rank of A.
  package static func solve(
    _ matrix: [Double], columns: Int, rightHandSide: [Double], ridge: Double
  ) throws(NumericsError) -> [Double] {
    precondition(ridge > 0, "the ridge must be greater than zero")
    var a = matrix
    for row in 0..<columns {
      for column in 0..<columns { a.append(row == column ? ridge.squareRoot() : 0) }
    }
    let b = rightHandSide + [Double](repeating: 0, count: columns)
    let problem = try LeastSquares.reduced(a, columns: columns, rightHandSide: b)
    var solver = Solver(matrix: problem.matrix, columns: columns, rightHandSide: problem.rightHandSide)
    return try solver.solve()
  }

  /// The state of the active-set iteration on a square problem.
  private struct Solver {
    let matrix: [Double]
    let columns: Int
    let rightHandSide: [Double]
    var x: [Double]
    /// Columns whose coefficient is free; all others are held at zero.
    var passive: [Int] = []

    init(matrix: [Double], columns: Int, rightHandSide: [Double]) {
      self.matrix = matrix
      self.columns = columns
      self.rightHandSide = rightHandSide
      x = [Double](repeating: 0, count: columns)
    }

    mutating func solve() throws(NumericsError) -> [Double] {
      let tolerance = 1e-10 * gradient().reduce(0) { max($0, abs($1)) }
      // The algorithm ends after finitely many steps; in floating point the bound guards against cycling.
      for _ in 0..<(10 * columns + 10) {
        let slope = gradient()
        let candidates = (0..<columns).filter { !passive.contains($0) && slope[$0] > tolerance }
        guard let entering = candidates.max(by: { slope[$0] < slope[$1] }) else { return x }
        passive.append(entering)
        passive.sort()
        try settle()
        // Rounding can make an entering column leave at once; then no column lowers the residual measurably.
        guard passive.contains(entering) else { return x }
      }
      throw NumericsError(operation: "non-negative least squares", reason: "no convergence")
    }

    /// Moves to the minimum on the passive set; a coefficient that would turn negative leaves the set on the way.
    private mutating func settle() throws(NumericsError) {
      while !passive.isEmpty {
        let target = try minimiser()
        let blocking = passive.indices.filter { target[$0] <= 0 }
        guard !blocking.isEmpty else {
          for (index, column) in passive.enumerated() { x[column] = target[index] }
          return
        }
        // `blocking` is not empty; the first of equally short steps decides.
        let steps = blocking.map { x[passive[$0]] / (x[passive[$0]] - target[$0] + .leastNormalMagnitude) }
        let step = steps.min() ?? 0
        for (index, column) in passive.enumerated() { x[column] += step * (target[index] - x[column]) }
        for (index, own) in zip(blocking, steps) where own == step { x[passive[index]] = 0 }
        for index in blocking { x[passive[index]] = max(x[passive[index]], 0) }
        passive.removeAll { x[$0] == 0 }
      }
    }

    /// The unconstrained minimiser over the passive columns, in their order.
    private func minimiser() throws(NumericsError) -> [Double] {
      var sub: [Double] = []
      sub.reserveCapacity(columns * passive.count)
      for row in 0..<columns {
        for column in passive { sub.append(matrix[row * columns + column]) }
      }
      return try LeastSquares.solve(sub, columns: passive.count, rightHandSide: rightHandSide)
    }

    /// Aᵀ(b - A x): positive where a larger coefficient would lower the residual.
    private func gradient() -> [Double] {
      var slope = [Double](repeating: 0, count: columns)
      for row in 0..<columns {
        var residual = rightHandSide[row]
        for column in passive { residual -= matrix[row * columns + column] * x[column] }
        for column in 0..<columns { slope[column] += matrix[row * columns + column] * residual }
      }
      return slope
    }
  }
}
