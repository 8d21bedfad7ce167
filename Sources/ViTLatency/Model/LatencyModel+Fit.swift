internal import ViTNumerics

extension LatencyModel {
  /// Fits a model to measured architectures of one shape.
  ///
  /// Non-negative least squares on relative errors; eight-fold cross-validation chooses the set of features and the
  /// ridge, leave-one-out on that choice gives the uncertainty.
  ///
  /// - Throws: `LatencyError` if there are fewer than three measurements, they differ in shape or conditions, or a time
  ///   is not positive; `NumericsError` if the solver fails.
  package init(fitting measurements: [Measurement]) throws {
    guard measurements.count >= 3, let first = measurements.first,
      let ranges = DimensionRanges(of: measurements.map(\.architecture))
    else {
      throw LatencyError(.insufficient, "\(measurements.count) measured models, expected at least 3 to fit to")
    }
    let shape = LatencyShape(first.architecture)
    for measurement in measurements {
      try shape.require(measurement.architecture)
      let seconds = measurement.record.seconds
      guard seconds > 0, seconds.isFinite else {
        throw LatencyError(.malformed, "a measured latency is \(seconds) seconds, expected more than 0")
      }
    }
    let problem = RelativeFit(
      features: measurements.map { LatencyFeatures($0.architecture) }, seconds: measurements.map(\.record.seconds),
      uncertainties: measurements.map(\.record.relativeStandardError))
    let choice = try problem.bestChoice()
    self.init(
      conditions: first.record.conditions, shape: shape, ranges: ranges, terms: try problem.terms(choice),
      leaveOneOut: try problem.leaveOneOut(choice), measurements: measurements)
  }
}

extension LatencyRecord {
  /// Standard error of the median, as a share of it: the 95% interval is about four of them wide. The reference's own
  /// error is common to all networks and does not count.
  fileprivate var relativeStandardError: Double { ((ratio ?? latency).relativeHalfWidth ?? 0) / 2 }
}

/// Latencies as non-negative sums of features, by relative error.
struct RelativeFit {
  /// What cross-validation decides on.
  struct Choice {
    var features: [LatencyFeature]
    /// Weight of the squared normalised coefficients, as a share of the number of measurements.
    var ridge: Double
  }

  private let features: [LatencyFeatures]
  private let seconds: [Double]
  /// What a relative error is multiplied by: less for a latency that is not well known itself.
  private let weights: [Double]
  private static let folds = 8
  /// Relative error that sums of features leave also where measurements are exact, roughly.
  private static let modelError = 0.02

  /// - Parameter uncertainties: Relative standard errors of `seconds`.
  init(features: [LatencyFeatures], seconds: [Double], uncertainties: [Double]) {
    self.features = features
    self.seconds = seconds
    weights = uncertainties.map { Self.modelError / (Self.modelError * Self.modelError + $0 * $0).squareRoot() }
  }

  /// The terms that fit all measurements, or those at `rows`, best.
  ///
  /// Row i of the problem is feature / seconds[i] with a right-hand side of 1, so that a residual is a relative error;
  /// both sides are multiplied by the row's weight.
  /// Columns are scaled to a root mean square of 1 so that the ridge treats all features alike.
  func terms(_ choice: Choice, rows: [Int]? = nil) throws -> [LatencyModel.Term] {
    let rows = rows ?? Array(seconds.indices)
    let scales = choice.features.map { feature in
      let square = rows.reduce(0) { sum, row in
        let entry = weights[row] * features[row][feature] / seconds[row]
        return sum + entry * entry
      }
      return (square / Double(rows.count)).squareRoot()
    }
    let matrix = rows.flatMap { row in
      zip(choice.features, scales).map { $1 > 0 ? weights[row] * features[row][$0] / seconds[row] / $1 : 0 }
    }
    let solution = try NonNegativeLeastSquares.solve(
      matrix, columns: scales.count, rightHandSide: rows.map { weights[$0] },
      ridge: choice.ridge * Double(rows.count))
    return zip(choice.features, zip(solution, scales)).compactMap { feature, value in
      value.0 > 0 && value.1 > 0 ? LatencyModel.Term(feature: feature, seconds: value.0 / value.1) : nil
    }
  }

  /// The choice with the smallest mean squared relative error in cross-validation.
  func bestChoice() throws -> Choice {
    var random = CounterRandom(seed: 0, purpose: "latency.folds")
    let order = seconds.indices.shuffled(using: &random)
    var best: (choice: Choice, error: Double)?
    for features in LatencyFeature.sets {
      for ridge in [1e-7, 1e-6, 1e-5, 1e-4, 1e-3] {
        let choice = Choice(features: features, ridge: ridge)
        let error = try crossValidationError(choice, order: order)
        if error < best?.error ?? .infinity { best = (choice, error) }
      }
    }
    guard let best else { throw LatencyError(.insufficient, "the measurements cannot be fitted") }
    return best.choice
  }

  private func crossValidationError(_ choice: Choice, order: [Int]) throws -> Double {
    let folds = min(Self.folds, order.count)
    var sum = 0.0
    for fold in 0..<folds {
      let kept = order.indices.filter { $0 % folds != fold }.map { order[$0] }
      let terms = try terms(choice, rows: kept)
      for index in order.indices where index % folds == fold {
        let error = weights[order[index]] * (prediction(of: order[index], terms) / seconds[order[index]] - 1)
        sum += error * error
      }
    }
    return sum
  }

  func leaveOneOut(_ choice: Choice) throws -> PredictionErrors {
    let predicted = try seconds.indices.map { row in
      prediction(of: row, try terms(choice, rows: seconds.indices.filter { $0 != row }))
    }
    return PredictionErrors(predicted: predicted, measured: seconds)
  }

  private func prediction(of row: Int, _ terms: [LatencyModel.Term]) -> Double {
    terms.reduce(0) { $0 + $1.seconds * features[row][$1.feature] }
  }
}
