internal import ViTNumerics

/// How fast a figure grows, from its values over time.
package struct Growth: Codable, Hashable, Sendable {
  /// Mean of the values.
  package var level: Double
  /// Per hour.
  package var slope: Double
  /// Ends of the slope's 95 % interval.
  package var lower: Double
  package var upper: Double

  /// A straight line by least squares through the means of at most `blocks` runs of neighbouring values, with Student's
  /// interval. Means, because neighbours are alike: what an allocator keeps lasts for some rounds.
  ///
  /// - Parameter values: Seconds and what was found then, by rising time.
  /// - Returns: Nil for fewer than three values.
  package init?(_ values: [(seconds: Double, value: Double)], blocks: Int = 20) {
    let count = min(blocks, values.count)
    guard count >= 3 else { return nil }
    let means = (0..<count).map { block in
      let part = values[block * values.count / count..<(block + 1) * values.count / count]
      let size = Double(part.count)
      return (x: part.reduce(0) { $0 + $1.seconds } / size, y: part.reduce(0) { $0 + $1.value } / size)
    }
    let x = means.reduce(0) { $0 + $1.x } / Double(count)
    let y = means.reduce(0) { $0 + $1.y } / Double(count)
    let squares = means.reduce(0) { $0 + ($1.x - x) * ($1.x - x) }
    guard squares > 0 else { return nil }
    let slope = means.reduce(0) { $0 + ($1.x - x) * ($1.y - y) } / squares
    let residual = means.reduce(0) { sum, mean in
      let error = mean.y - y - slope * (mean.x - x)
      return sum + error * error
    }
    let freedom = Double(count - 2)
    let error = (residual / freedom / squares).squareRoot() * StudentT.quantile(0.975, degreesOfFreedom: freedom)
    level = y
    self.slope = slope * 3600
    (lower, upper) = ((slope - error) * 3600, (slope + error) * 3600)
  }

  /// Whether growth beyond a share of the level in an hour can be ruled out.
  func isFlat(within share: Double) -> Bool { upper <= share * level }
}
