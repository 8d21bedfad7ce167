internal import ViTArchitecture
internal import ViTNumerics

extension LatencyModel {
  /// Fits a model to measured architectures of one shape.
  ///
  /// Non-negative least squares on relative errors, in which every depth counts alike; eight-fold cross-validation
  /// chooses the set of features and the ridge, leave-one-out on that choice gives the uncertainty. With fewer than three
  /// measurements nothing is fitted: the model then knows these networks only.
  ///
  /// - Throws: `LatencyError` if there is no measurement, they differ in shape, or a time is not positive; `NumericsError`
  ///   if the solver fails.
  package init(fitting measurements: [Measurement]) throws {
    let members = measurements.filter { !$0.isAuxiliary }
    guard let first = measurements.first,
      let ranges = DimensionRanges(of: (members.isEmpty ? measurements : members).map(\.architecture))
    else { throw LatencyError(.insufficient, "no measured network, expected at least one") }
    let shape = LatencyShape(first.architecture)
    for measurement in measurements {
      try shape.require(measurement.architecture)
      let seconds = measurement.record.seconds
      guard seconds > 0, seconds.isFinite else {
        throw LatencyError(.malformed, "a measured latency is \(seconds) seconds, expected more than 0")
      }
    }
    guard measurements.count >= Self.fewestToFit else {
      self.init(
        conditions: first.record.conditions, shape: shape, ranges: ranges, terms: [], leaveOneOut: .none,
        measurements: measurements)
      return
    }
    let problem = RelativeFit(
      features: measurements.map { LatencyFeatures($0.architecture) }, seconds: measurements.map(\.record.seconds),
      uncertainties: measurements.map(\.record.relativeStandardError),
      strata: measurements.map { $0.isAuxiliary ? nil : $0.architecture.depth })
    let choice = try problem.bestChoice()
    self.init(
      conditions: first.record.conditions, shape: shape, ranges: ranges, terms: try problem.terms(choice),
      leaveOneOut: try problem.leaveOneOut(choice), measurements: measurements)
  }

  /// Measurements that a sum of terms takes.
  package static let fewestToFit = 3
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

  /// - Parameters:
  ///   - uncertainties: Relative standard errors of `seconds`.
  ///   - strata: What the rows are alike in; each kind counts as much as any other, but none of its rows more than three
  ///     times what it would alone. Rows without one count as they are.
  init(features: [LatencyFeatures], seconds: [Double], uncertainties: [Double], strata: [Int?]) {
    self.features = features
    self.seconds = seconds
    let counts = Dictionary(grouping: strata.compactMap(\.self)) { $0 }.mapValues(\.count)
    let even = Double(counts.values.reduce(0, +)) / Double(max(counts.count, 1))
    weights = zip(uncertainties, strata).map { uncertainty, stratum in
      let share = stratum.flatMap { counts[$0] }.map { min(3, even / Double($0)) } ?? 1
      return (share / (Self.modelError * Self.modelError + uncertainty * uncertainty)).squareRoot() * Self.modelError
    }
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
