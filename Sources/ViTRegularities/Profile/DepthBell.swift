internal import ViTNumerics

/// A Gaussian over the depth on a level ground.
enum DepthBell {
  /// Narrower than a block it is one block that stands out; wider than a third of the depth its ends lie outside.
  private static func widths(depth: Int) -> ClosedRange<Double> { 1...max(Double(depth) / 3, 1) }

  /// The nearest bell: a grid over peak and width, then GSL from the best point of it. Ends and height enter linearly
  /// and are solved for exactly at every step (variable projection: Golub and Pereyra, 1973).
  static func fit(_ levels: [Double], _ weights: [Double]) -> (form: ProfileForm, levels: [Double]) {
    let depth = levels.count
    let widths = widths(depth: depth)
    var best = Candidate(levels, weights, peak: Double(depth + 1) / 2, width: widths.upperBound)
    let steps = 4
    for peak in 1...depth {
      for step in 0...steps {
        let width =
          widths.lowerBound * Exponential.power(widths.upperBound / widths.lowerBound, Double(step) / Double(steps))
        let candidate = Candidate(levels, weights, peak: Double(peak), width: width)
        if candidate.squaredSum < best.squaredSum { best = candidate }
      }
    }
    func candidate(_ coordinates: [Double]) -> Candidate {
      Candidate(
        levels, weights, peak: 1 + Double(depth - 1) * logistic(coordinates[0]),
        width: widths.lowerBound + (widths.upperBound - widths.lowerBound) * logistic(coordinates[1]))
    }
    let start = [
      logit((best.peak - 1) / Double(depth - 1)),
      logit((best.width - widths.lowerBound) / (widths.upperBound - widths.lowerBound)),
    ]
    // Without convergence the grid's best point stands.
    let fit = try? NonlinearLeastSquares.fit(
      start: start, observations: levels, weights: weights, tolerance: 1e-6, iterationLimit: 100
    ) { coordinates, values in
      values = candidate(coordinates).values
    }
    if let fit {
      let refined = candidate(fit.parameters)
      if refined.squaredSum < best.squaredSum { best = refined }
    }
    return (.bell(ends: best.ends, height: best.ends + best.rise, peak: best.peak, width: best.width), best.values)
  }

  /// Kept away from the ends, where a step would no longer change anything.
  private static func logit(_ share: Double) -> Double {
    let share = min(max(share, 0.02), 0.98)
    return Logarithm.natural(share / (1 - share))
  }

  private static func logistic(_ x: Double) -> Double { 1 / (1 + Exponential.natural(-x)) }

  /// The best ends and height for a peak and a width.
  private struct Candidate {
    let peak: Double
    let width: Double
    let ends: Double
    /// Height above the ends.
    let rise: Double
    let values: [Double]
    let squaredSum: Double

    init(_ levels: [Double], _ weights: [Double], peak: Double, width: Double) {
      self.peak = peak
      self.width = width
      let shape = levels.indices.map { block in
        let z = (Double(block + 1) - peak) / width
        return Exponential.natural(-z * z / 2)
      }
      var (weight, shapeSum, levelSum) = (0.0, 0.0, 0.0)
      for index in levels.indices {
        weight += weights[index]
        shapeSum += weights[index] * shape[index]
        levelSum += weights[index] * levels[index]
      }
      let (meanShape, meanLevel) = (shapeSum / weight, levelSum / weight)
      var (covariance, variance) = (0.0, 0.0)
      for index in levels.indices {
        covariance += weights[index] * (shape[index] - meanShape) * (levels[index] - meanLevel)
        variance += weights[index] * (shape[index] - meanShape) * (shape[index] - meanShape)
      }
      let rise = variance > 0 ? covariance / variance : 0
      let ends = meanLevel - rise * meanShape
      let values = shape.map { ends + rise * $0 }
      var squaredSum = 0.0
      for index in levels.indices {
        squaredSum += weights[index] * (levels[index] - values[index]) * (levels[index] - values[index])
      }
      self.rise = rise
      self.ends = ends
      self.values = values
      self.squaredSum = squaredSum
    }
  }
}
