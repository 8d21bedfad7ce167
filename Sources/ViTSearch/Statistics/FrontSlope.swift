internal import ViTNumerics

/// How much accuracy a little more latency buys along a study's fitted front.
///
/// Accuracy is fitted by least squares as a curve in the logarithm of latency: one parabola for all members, raised or
/// lowered as a whole for baselines and for members that were found. With fewer than two degrees of freedom left it is a
/// straight line. What members stand off the curve by makes the slope's error, so that it covers, beside the seeds, that
/// one network is better than another, and that the curve is no parabola.
package struct FrontSlope {
  /// (members, columns) row by row.
  private let design: [Double]
  private let columns: Int
  private let groups: Int
  /// (columns, columns), the inverse of the design's square.
  private let inverse: [Double]
  private let centre: Double
  package let hasCurvature: Bool

  /// - Parameters:
  ///   - places: Logarithms of latencies, one for each member.
  ///   - groups: Which of the curves each member belongs to, from 0.
  /// - Returns: Nil where too few members are left to fit a line by, or all have one latency.
  package init?(_ places: [Double], groups: [Int], hasCurvature: Bool? = nil) {
    let used = Set(groups).sorted()
    let isCurved = hasCurvature ?? (places.count >= used.count + 4)
    let columns = used.count + (isCurved ? 2 : 1)
    guard places.count > columns, let centre = Statistics.mean(places) else { return nil }
    var design: [Double] = []
    for (place, group) in zip(places, groups) {
      let x = place - centre
      design += used.map { $0 == group ? 1 : 0 } + [x] + (isCurved ? [x * x] : [])
    }
    var square = [Double](repeating: 0, count: columns * columns)
    for row in places.indices {
      for a in 0..<columns {
        for b in 0..<columns { square[a * columns + b] += design[row * columns + a] * design[row * columns + b] }
      }
    }
    guard let inverse = FrontSlope.inverse(square, order: columns) else { return nil }
    (self.design, self.columns, self.groups, self.inverse, self.centre) = (design, columns, used.count, inverse, centre)
    self.hasCurvature = isCurved
  }

  /// The inverse of a positive definite matrix of at most four rows, by elimination: a comparison asks for some hundred
  /// of them, which a library's decomposition would spend more time on calling than on computing.
  ///
  /// - Returns: Nil where it is not positive definite.
  private static func inverse(_ matrix: [Double], order: Int) -> [Double]? {
    var (left, right) = (matrix, [Double](repeating: 0, count: order * order))
    for row in 0..<order { right[row * order + row] = 1 }
    for pivot in 0..<order {
      let value = left[pivot * order + pivot]
      // What is left of a column that the others make up is rounding.
      guard value > 1e-12 * matrix[pivot * order + pivot] else { return nil }
      for column in 0..<order {
        left[pivot * order + column] /= value
        right[pivot * order + column] /= value
      }
      for row in 0..<order where row != pivot {
        let factor = left[row * order + pivot]
        for column in 0..<order {
          left[row * order + column] -= factor * left[pivot * order + column]
          right[row * order + column] -= factor * right[pivot * order + column]
        }
      }
    }
    return right
  }

  private var count: Int { design.count / columns }
  package var degreesOfFreedom: Double { Double(count - columns) }

  /// The derivative of the fitted curve by its parameters.
  private func gradient(at place: Double) -> [Double] {
    [Double](repeating: 0, count: groups) + [1] + (hasCurvature ? [2 * (place - centre)] : [])
  }

  private func product(_ vector: [Double]) -> [Double] {
    (0..<columns).map { a in (0..<columns).reduce(0) { $0 + inverse[a * columns + $1] * vector[$1] } }
  }

  private func row(_ index: Int) -> ArraySlice<Double> { design[(index * columns)..<((index + 1) * columns)] }

  /// The members' weights in the slope: it is the sum of accuracies times these.
  package func weights(at place: Double) -> [Double] {
    let parameters = product(gradient(at: place))
    return (0..<count).map { zip(row($0), parameters).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  /// The squared standard error of the slope.
  ///
  /// - Parameter least: The squared standard error of one member's accuracy, which residuals cannot truly fall below.
  package func variance(_ accuracies: [Double], at place: Double, least: Double) -> Double {
    var moments = [Double](repeating: 0, count: columns)
    for index in 0..<count {
      for (column, value) in row(index).enumerated() { moments[column] += value * accuracies[index] }
    }
    let parameters = product(moments)
    let squares = (0..<count).reduce(0.0) { sum, index in
      let residual = accuracies[index] - zip(row(index), parameters).reduce(0) { $0 + $1.0 * $1.1 }
      return sum + residual * residual
    }
    let gradient = gradient(at: place)
    let spread = zip(gradient, product(gradient)).reduce(0) { $0 + $1.0 * $1.1 }
    return max(squares / degreesOfFreedom, least) * spread
  }
}
