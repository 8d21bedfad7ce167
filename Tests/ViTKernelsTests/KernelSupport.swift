import Testing
import ViTKernels
import ViTNumerics

/// Half a unit in the last place of 1: the largest relative error of one rounding to float32.
let roundoff = 0x1p-24

extension KernelSet: CustomTestStringConvertible {
  package var testDescription: String { name }
}

/// A float32 matrix with memory of its own, its rows as far apart as the engine puts them.
final class OwnedMatrix {
  private let buffer: FloatBuffer
  let matrix: Matrix

  /// Zeros.
  ///
  /// - Parameters:
  ///   - guardValue: What stands in the padding of the rows; kernels may read but not use it.
  ///   - stride: Floats from row to row; nil for the engine's usual padding.
  init(rows: Int, columns: Int, guardValue: Float = 0, stride: Int? = nil) {
    let stride = stride ?? Matrix.paddedStride(columns)
    buffer = FloatBuffer(count: rows * stride)
    buffer.fill(guardValue)
    matrix = buffer.vector.matrix(rows: rows, columns: columns, stride: stride)
    matrix.fill(0)
  }

  /// Standard normal numbers.
  convenience init(rows: Int, columns: Int, random: inout CounterRandom, guardValue: Float = 0, stride: Int? = nil) {
    self.init(rows: rows, columns: columns, guardValue: guardValue, stride: stride)
    for row in 0..<rows {
      for column in 0..<columns { matrix[row, column] = Float(random.gaussian()) }
    }
  }

  /// The first row.
  var row: Vector { matrix.row(0) }

  /// Everything, the padding too.
  var elements: Vector { buffer.vector }

  var double: Reference.DoubleMatrix { Reference.DoubleMatrix(matrix) }

  /// Whether every float outside the matrix's columns is still `value`.
  func paddingIs(_ value: Float) -> Bool {
    (0..<matrix.rows).allSatisfy { row in
      (matrix.columns..<matrix.stride).allSatisfy { buffer[row * matrix.stride + $0] == value }
    }
  }
}

/// A packed matrix with memory of its own.
final class OwnedPacking {
  private let memory: FloatBuffer
  let matrix: PackedMatrix

  init(inner: Int, columns: Int) {
    memory = FloatBuffer(count: PackedMatrix.count(inner: inner, columns: columns))
    matrix = PackedMatrix(memory.vector, inner: inner, columns: columns)
  }
}

/// The largest of |found - expected| / bound; infinite where a finite number meets one that is not.
func worstError(
  _ found: Reference.DoubleMatrix, _ expected: Reference.DoubleMatrix, bound: Reference.DoubleMatrix
) -> Double {
  var worst = 0.0
  for index in expected.values.indices {
    let (a, b) = (found.values[index], expected.values[index])
    guard a.isFinite == b.isFinite else { return .infinity }
    if a.isFinite { worst = max(worst, abs(a - b) / max(bound.values[index], .leastNormalMagnitude)) }
  }
  return worst
}

/// The norm of the difference over the norm of what is expected.
func relativeError(_ found: [Double], _ expected: [Double]) -> Double {
  let difference = zip(found, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  let size = expected.reduce(0) { $0 + $1 * $1 }
  return (difference / size).squareRoot()
}

/// The gradient of `function` at `x` by central differences.
///
/// With a step of 1e-5 the error is about 1e-10: the step squared, and the roundoff of a double over the step.
func centralDifferences(at x: [Double], of function: ([Double]) -> Double) -> [Double] {
  let step = 1e-5
  return x.indices.map { index in
    var (up, down) = (x, x)
    up[index] += step
    down[index] -= step
    return (function(up) - function(down)) / (2 * step)
  }
}
