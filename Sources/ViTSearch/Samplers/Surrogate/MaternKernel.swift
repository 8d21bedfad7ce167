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

  /// Adds one axis's part of the squared distance between a coordinate and `others` to `sums`.
  private func addDistances(
    _ axis: Int, from coordinate: Double, to others: UnsafePointer<Double>, sums: UnsafeMutablePointer<Double>,
    count: Int
  ) {
    let weight = weights[axis]
    for j in 0..<count {
      let difference = others[j] - coordinate
      sums[j] += weight * difference * difference
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
    return [Double](unsafeUninitializedCapacity: points.count * width) { matrix, initialized in
      matrix.initialize(repeating: 0)
      initialized = points.count * width
      guard let matrix = matrix.baseAddress else { return }
      points.withValues { rows in
        others.withValues { columns in
          guard let columns = columns.baseAddress else { return }
          for i in 0..<points.count {
            let row = matrix + i * width
            let filled = count(i)
            for axis in weights.indices {
              addDistances(
                axis, from: rows[axis * points.count + i], to: columns + axis * width, sums: row, count: filled)
            }
            for j in 0..<filled { row[j] = MaternKernel.value(row[j]) }
          }
        }
      }
    }
  }

  /// For each axis, the sum over all pairs i > j of `weight(i, j)` times the kernel's derivative by the logarithm of the
  /// axis's length.
  func lengthGradient(_ points: PointMatrix, weight: (Int, Int) -> Double) -> [Double] {
    var gradient = [Double](repeating: 0, count: weights.count)
    var factors = [Double](repeating: 0, count: points.count)
    points.withValues { values in
      guard let base = values.baseAddress else { return }
      factors.withUnsafeMutableBufferPointer { buffer in
        guard let factors = buffer.baseAddress else { return }
        for i in 0..<points.count {
          factors.update(repeating: 0, count: i)
          for axis in weights.indices {
            let row = base + axis * points.count
            addDistances(axis, from: row[i], to: row, sums: factors, count: i)
          }
          for j in 0..<i { factors[j] = weight(i, j) * MaternKernel.slope(factors[j]) }
          for axis in weights.indices {
            let row = base + axis * points.count
            var sum = 0.0
            for j in 0..<i {
              let difference = row[j] - row[i]
              sum += factors[j] * difference * difference
            }
            gradient[axis] += weights[axis] * sum
          }
        }
      }
    }
    return gradient
  }
}
