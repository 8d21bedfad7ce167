internal import ViTNumerics

/// The Matérn 5/2 kernel of variance 1: (1 + √5 r + 5/3 r²) exp(-√5 r).
struct MaternKernel {
  /// 1 / length², for each axis.
  private let weights: [Double]

  init(_ hyperparameters: GaussianProcess.Hyperparameters) {
    weights = hyperparameters.logLengths.map { Exponential.natural(-2 * $0) }
  }

  /// The kernel at a squared distance.
  private static func value(_ squaredDistance: Double) -> Double {
    let root = (5 * squaredDistance).squareRoot()
    return (1 + root + 5 / 3 * squaredDistance) * Exponential.natural(-root)
  }

  /// The kernel's derivative by the logarithm of a length, divided by that axis's part of the squared distance.
  private static func slope(_ squaredDistance: Double) -> Double {
    let root = (5 * squaredDistance).squareRoot()
    return 5 / 3 * (1 + root) * Exponential.natural(-root)
  }

  /// Adds one axis's part of the squared distance between a coordinate and `others` to the sums at their indices.
  private func addDistances(
    _ axis: Int, from coordinate: Double, to others: Span<Double>, sums: inout MutableSpan<Double>
  ) {
    let weight = weights[axis]
    precondition(others.count <= sums.count, "more points than sums")
    // The indices are those of both, as was just checked: a check of each would keep the loop from being vectorised.
    for j in others.indices {
      let difference = others[unchecked: j] - coordinate
      sums[unchecked: j] += weight * difference * difference
    }
  }

  /// The kernel between points and others; (points, others) row by row.
  func matrix(_ points: PointMatrix, _ others: PointMatrix) -> [Double] {
    rows(points, others, count: { _ in others.count })
  }

  /// The kernel between all pairs of points, with noise on the diagonal; (n, n), only the lower triangle is set.
  func matrix(_ points: PointMatrix, noise: Double) -> [Double] {
    var matrix = rows(points, points, count: { $0 })
    for index in 0..<points.count { matrix[index * (points.count + 1)] = 1 + noise }
    return matrix
  }

  /// - Parameter count: How many entries of a row to compute; the rest is 0.
  private func rows(_ points: PointMatrix, _ others: PointMatrix, count: (Int) -> Int) -> [Double] {
    let width = others.count
    var matrix: [Double] = []
    matrix.reserveCapacity(points.count * width)
    var row = [Double](repeating: 0, count: width)
    for i in 0..<points.count {
      let filled = count(i)
      for j in row.indices { row[j] = 0 }
      var sums = row.mutableSpan
      for axis in weights.indices {
        let own = points[axis: axis, of: i]
        let row = others.coordinates(axis).prefix(filled)
        addDistances(axis, from: own, to: row.span, sums: &sums)
      }
      for j in 0..<filled { sums[j] = MaternKernel.value(sums[j]) }
      matrix += row
    }
    return matrix
  }

  /// For each axis, the sum over all pairs i > j of `weight(i, j)` times the kernel's derivative by the logarithm of the
  /// axis's length.
  func lengthGradient(_ points: PointMatrix, weight: (Int, Int) -> Double) -> [Double] {
    var gradient = [Double](repeating: 0, count: weights.count)
    var factors = [Double](repeating: 0, count: points.count)
    for i in 0..<points.count {
      for j in 0..<i { factors[j] = 0 }
      var sums = factors.mutableSpan
      for axis in weights.indices {
        let row = points.coordinates(axis).prefix(i)
        addDistances(axis, from: points[axis: axis, of: i], to: row.span, sums: &sums)
      }
      for j in 0..<i { sums[j] = weight(i, j) * MaternKernel.slope(sums[j]) }
      for axis in weights.indices {
        let own = points[axis: axis, of: i]
        let earlier = points.coordinates(axis).prefix(i)
        let row = earlier.span
        var sum = 0.0
        for j in row.indices {
          let difference = row[j] - own
          sum += sums[j] * difference * difference
        }
        gradient[axis] += weights[axis] * sum
      }
    }
    return gradient
  }
}
