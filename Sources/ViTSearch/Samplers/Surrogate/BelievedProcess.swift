internal import ViTNumerics

/// What a process predicts at some points, standardised and with a signal of variance 1.
struct PredictionField {
  let points: PointMatrix
  fileprivate(set) var means: [Double]
  fileprivate(set) var variances: [Double]
  /// L⁻¹ k, a column for each point: (rows, points) row by row, with a row for each observation and each belief.
  fileprivate var columns: [Double]

  var count: Int { points.count }

  fileprivate func column(_ index: Int) -> [Double] {
    stride(from: index, to: columns.count, by: count).map { columns[$0] }
  }

  /// Takes a row's share off the variances.
  fileprivate mutating func reduceVariances(by row: ArraySlice<Double>) {
    for (index, entry) in row.enumerated() { variances[index] -= entry * entry }
  }
}

/// A Gaussian process that takes its own predictions for observed, at points that are being tried.
///
/// Believing a prediction changes no mean; it only says that there is less to be learned nearby.
///
/// - Source: "kriging believer", Ginsbourger, Le Riche and Carraro, "Kriging is well-suited to parallelize
///   optimization", 2010.
struct BelievedProcess {
  let process: GaussianProcess
  private var beliefs: [Belief] = []

  private struct Belief {
    var point: PointMatrix
    /// A further row of the Cholesky factor, without the diagonal.
    var row: [Double]
    var diagonal: Double
  }

  init(_ process: GaussianProcess) { self.process = process }

  /// Predicts at points.
  ///
  /// - Complexity: O(n²) for each point, with n observations.
  func field(_ points: PointMatrix) throws(NumericsError) -> PredictionField {
    var columns = process.kernel.matrix(process.inputs, points)
    try process.factor.solveLower(&columns, count: points.count)
    let count = points.count
    var field = PredictionField(
      points: points, means: [Double](repeating: 0, count: count), variances: [Double](repeating: 1, count: count),
      columns: columns)
    for row in 0..<process.inputs.count {
      let entries = columns[(row * count)..<((row + 1) * count)]
      let weight = process.whitened[row]
      for (index, entry) in entries.enumerated() { field.means[index] += entry * weight }
      field.reduceVariances(by: entries)
    }
    for belief in beliefs { extend(&field, by: belief) }
    return field
  }

  /// Takes the prediction at one point of a field of this process for observed, and updates the field.
  mutating func believe(_ index: Int, of field: PredictionField, updating others: inout PredictionField) {
    let row = field.column(index)
    let coordinates = field.points[index]
    let remaining = 1 + process.hyperparameters.noise - row.reduce(0) { $0 + $1 * $1 }
    let belief = Belief(
      point: PointMatrix([coordinates], axes: field.points.axes), row: row,
      diagonal: max(remaining, process.hyperparameters.noise).squareRoot())
    beliefs.append(belief)
    extend(&others, by: belief)
  }

  private func extend(_ field: inout PredictionField, by belief: Belief) {
    let count = field.count
    var added = process.kernel.matrix(belief.point, field.points)
    for (row, weight) in belief.row.enumerated() {
      let entries = field.columns[(row * count)..<((row + 1) * count)]
      for (index, entry) in entries.enumerated() { added[index] -= weight * entry }
    }
    for index in added.indices { added[index] /= belief.diagonal }
    field.columns += added
    field.reduceVariances(by: added[...])
  }
}
