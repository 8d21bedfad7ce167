internal import ViTNumerics

/// How much accuracy a little more latency buys along a study's fitted front.
///
/// Accuracy is fitted by least squares as a curve in the logarithm of latency: one parabola for all members, raised or
/// lowered as a whole for baselines and for members that were found. With fewer than two degrees of freedom left it is a
/// straight line. What members stand off the curve by makes the slope's error, so that it covers, beside the seeds, that
/// one network is better than another, and that the curve is no parabola.
struct FrontSlope {
  /// (members, columns) row by row.
  private let design: [Double]
  private let columns: Int
  private let groups: Int
  /// (columns, columns), the inverse of the design's square.
  private let inverse: [Double]
  private let centre: Double
  let hasCurvature: Bool

  /// - Parameters:
  ///   - places: Logarithms of latencies, one for each member.
  ///   - groups: Which of the curves each member belongs to, from 0.
  /// - Returns: Nil where too few members are left to fit a line by, or all have one latency.
  init?(_ places: [Double], groups: [Int], hasCurvature: Bool? = nil) {
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
        for b in 0...a { square[a * columns + b] += design[row * columns + a] * design[row * columns + b] }
      }
    }
    guard let inverse = try? CholeskyFactor(square, order: columns).inverse(), inverse.allSatisfy(\.isFinite) else {
      return nil
    }
    (self.design, self.columns, self.groups, self.inverse, self.centre) = (design, columns, used.count, inverse, centre)
    self.hasCurvature = isCurved
  }

  private var count: Int { design.count / columns }
  var degreesOfFreedom: Double { Double(count - columns) }

  /// The derivative of the fitted curve by its parameters.
  private func gradient(at place: Double) -> [Double] {
    [Double](repeating: 0, count: groups) + [1] + (hasCurvature ? [2 * (place - centre)] : [])
  }

  private func product(_ vector: [Double]) -> [Double] {
    (0..<columns).map { a in (0..<columns).reduce(0) { $0 + inverse[a * columns + $1] * vector[$1] } }
  }

  private func row(_ index: Int) -> ArraySlice<Double> { design[(index * columns)..<((index + 1) * columns)] }

  /// The members' weights in the slope: it is the sum of accuracies times these.
  func weights(at place: Double) -> [Double] {
    let parameters = product(gradient(at: place))
    return (0..<count).map { zip(row($0), parameters).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  /// The squared standard error of the slope.
  ///
  /// - Parameter least: The squared standard error of one member's accuracy, which residuals cannot truly fall below.
  func variance(_ accuracies: [Double], at place: Double, least: Double) -> Double {
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
