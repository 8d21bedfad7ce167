internal import ViTNumerics

extension ProfileShape {
  /// The profile of this shape that is nearest to one level for each block, in weighted least squares.
  ///
  /// - Parameters:
  ///   - levels: (depth)
  ///   - weights: (depth), all above zero.
  /// - Returns: The profile and its own level for each block, (depth).
  /// - Throws: `NumericsError` when a nonlinear fit does not converge.
  func nearest(to levels: [Double], weights: [Double]) throws(NumericsError) -> (form: ProfileForm, levels: [Double]) {
    let depth = levels.count
    switch self {
    case .constant:
      let level = Segmentation(levels, weights: weights).level(0..<depth)
      return (.constant(level: level), Array(repeating: level, count: depth))
    case .linear: return try line(levels, weights)
    case .spline3: return try DepthSpline.fit(levels, weights, knots: 3)
    case .spline4: return try DepthSpline.fit(levels, weights, knots: 4)
    case .bell: return DepthBell.fit(levels, weights)
    case .step: return plateau(levels, Segmentation(levels, weights: weights).bestStep())
    case .plateau: return plateau(levels, Segmentation(levels, weights: weights).bestPlateau())
    case .stages3: return stages(levels, weights, count: 3)
    case .stages4: return stages(levels, weights, count: 4)
    case .list: return (.list(levels), levels)
    }
  }

  private func line(
    _ levels: [Double], _ weights: [Double]
  ) throws(NumericsError) -> (form: ProfileForm, levels: [Double]) {
    let last = Double(levels.count - 1)
    let roots = weights.map { $0.squareRoot() }
    let matrix = roots.indices.flatMap { [roots[$0] * (1 - Double($0) / last), roots[$0] * Double($0) / last] }
    let ends = try LeastSquares.solve(matrix, columns: 2, rightHandSide: zip(roots, levels).map { $0 * $1 })
    let fitted = levels.indices.map { ends[0] + (ends[1] - ends[0]) * Double($0) / last }
    return (.linear(first: ends[0], last: ends[1]), fitted)
  }

  private func plateau(
    _ levels: [Double], _ best: (middle: Range<Int>, ends: Double, height: Double)
  ) -> (form: ProfileForm, levels: [Double]) {
    let form = ProfileForm.plateau(
      ends: best.ends, middle: best.height, rise: best.middle.lowerBound + 1, fall: best.middle.upperBound)
    return (form, levels.indices.map { best.middle.contains($0) ? best.height : best.ends })
  }

  private func stages(
    _ levels: [Double], _ weights: [Double], count: Int
  ) -> (form: ProfileForm, levels: [Double]) {
    let segmentation = Segmentation(levels, weights: weights)
    let ranges = segmentation.bestSegments(count)
    let stages = ranges.map {
      ProfileForm.Stage(first: $0.lowerBound + 1, last: $0.upperBound, factor: segmentation.level($0))
    }
    return (.stages(stages), stages.flatMap { Array(repeating: $0.factor, count: $0.last - $0.first + 1) })
  }
}
