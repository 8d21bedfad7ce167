internal import ViTNumerics

/// Steffen's curve through knots that are spread evenly over the depth. Its slopes are limited so that it never
/// overshoots, hence the heights of the knots enter nonlinearly.
enum DepthSpline {
  /// - Parameter knots: At least 2, and fewer than blocks.
  static func fit(
    _ levels: [Double], _ weights: [Double], knots count: Int
  ) throws(NumericsError) -> (form: ProfileForm, levels: [Double]) {
    let last = Double(levels.count - 1)
    let positions = (0..<count).map { 1 + last * Double($0) / Double(count - 1) }
    let start = positions.map { levels[min(Int($0.rounded()) - 1, levels.count - 1)] }
    let fit = try NonlinearLeastSquares.fit(
      start: start, observations: levels, weights: weights, tolerance: 1e-6, iterationLimit: 100
    ) { heights, values in
      let spline = try? Spline(x: positions, y: heights, kind: .steffen)
      for block in values.indices { values[block] = spline?(Double(block + 1)) ?? .nan }
    }
    let knots = zip(positions, fit.parameters).map { ProfileForm.Knot(position: $0, factor: $1) }
    return (.spline(knots), zip(levels, fit.residuals).map { $0 + $1 })
  }
}
