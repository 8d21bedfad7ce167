package import ViTArchitecture
package import ViTNumerics

/// Predicts latency as a sum of operator terms, fitted to whole models measured on one device.
///
/// Seconds = the sum of coefficient x feature over `LatencyFeature`s. No coefficient is negative and no feature falls
/// when a dimension grows, so neither does a prediction. A model speaks for one shape of input, one batch size, one
/// number of threads, and the ranges of dimensions that it was fitted on. Of fewer than three networks there is no sum:
/// the model then gives what was measured of these, and speaks for no other.
package struct LatencyModel: LatencyPredictor, Hashable {
  /// A whole model and what it took.
  package struct Measurement: Hashable, Sendable {
    package var architecture: Architecture
    package var record: LatencyRecord
    /// Whether it is no member of the space, but was measured to tell apart what varies together there. The ranges that
    /// the model speaks for are those of the others.
    package var isAuxiliary: Bool

    package init(architecture: Architecture, record: LatencyRecord, isAuxiliary: Bool = false) {
      self.architecture = architecture
      self.record = record
      self.isAuxiliary = isAuxiliary
    }
  }

  /// A feature and what one unit of it takes.
  package struct Term: Hashable, Sendable, Codable {
    package var feature: LatencyFeature
    /// Seconds for one unit; above zero.
    package var seconds: Double
  }

  package internal(set) var conditions: LatencyConditions
  package internal(set) var shape: LatencyShape
  package internal(set) var ranges: DimensionRanges
  package internal(set) var terms: [Term]
  /// Errors of predictions for each measured model by a fit that left this model out.
  package internal(set) var leaveOneOut: PredictionErrors
  /// What the model was fitted to.
  package internal(set) var measurements: [Measurement]
  /// Networks that were measured after the fit; predictions of networks like these are corrected by them.
  package internal(set) var checks: [Measurement] = []
  /// Digests of the searches whose candidates were measured until they kept their targets; they choose from the checks.
  package var settled: [String] = []
  /// Worked out from the checks; nil where there are none.
  var correction: LatencyCorrection?
  /// What the checks say of their networks.
  var known: [Architecture: Estimate] = [:]
  /// Nil where there is no sum of terms.
  let leverage: TermLeverage?

  init(
    conditions: LatencyConditions, shape: LatencyShape, ranges: DimensionRanges, terms: [Term],
    leaveOneOut: PredictionErrors, measurements: [Measurement]
  ) {
    self.conditions = conditions
    self.shape = shape
    self.ranges = ranges
    self.terms = terms
    self.leaveOneOut = leaveOneOut
    self.measurements = measurements
    leverage = TermLeverage(terms, measured: measurements.map { LatencyFeatures($0.architecture) })
  }

  /// The sum of the terms, corrected by the checks. Inside the fitted ranges it is given even where `support(of:)` says that
  /// no such combination was measured, with an uncertainty that grows with the leverage.
  ///
  /// - Throws: `LatencyError` that names the first dimension outside the fitted ranges, or of a model without a sum says
  ///   that the network is none of those measured.
  package func predict(_ architecture: Architecture) throws -> Estimate {
    let sum = try predictSum(architecture)
    guard let correction else { return sum }
    let factor = correction.factor(at: .init(architecture))
    return Estimate(predictedSeconds: sum.seconds * factor, uncertainty: sum.uncertaintySeconds * factor)
  }

  /// The same without the checks.
  func predictSum(_ architecture: Architecture) throws -> Estimate {
    try shape.require(architecture)
    guard !terms.isEmpty else {
      let latency = try measurement(of: architecture).record.latency
      return Estimate(predictedSeconds: latency.value, uncertainty: latency.halfWidth ?? 0)
    }
    try ranges.require(architecture)
    let features = LatencyFeatures(architecture)
    let seconds = terms.reduce(0) { $0 + $1.seconds * features[$1.feature] }
    let beyond = max(1, leverage.map { $0(features, sum: seconds) } ?? 1)
    return Estimate(
      predictedSeconds: seconds, uncertainty: leaveOneOut.quantile95 * beyond.squareRoot() * seconds)
  }

  /// Whether an architecture is like those that were measured, in every dimension and in how they combine.
  package func support(of architecture: Architecture) -> LatencySupport {
    do throws(LatencyError) {
      try require(architecture)
      return .inside
    } catch {
      return .outside(reason: error.description)
    }
  }

  /// The largest error of networks left out of the fit that is no reason to measure on, on average.
  package static let acceptableError = 0.05

  /// What to say of a model that is worse than it should be; nil for a good one.
  package var warning: String? {
    guard leaveOneOut.meanAbsolute > Self.acceptableError else { return nil }
    let (error, limit) = (
      ReadableNumber.percent(leaveOneOut.meanAbsolute, decimals: 1),
      ReadableNumber.percent(Self.acceptableError, decimals: 0)
    )
    return """
      the latency model is off by \(error)% on average for networks left out of its fit, more than \(limit)%; other \
      programs may use the processor: measure again on a quiet machine, or for longer
      """
  }

  package func compiled(for frame: Architecture) -> (any CompiledLatency)? {
    CompiledLatencyModel(self, frame: frame)
  }

  /// Half the width of the measured medians' 95% intervals, as a share of the median; the middle one of all models.
  ///
  /// A few percent on a quiet machine. Other programs that run beside widen it, and no model is better than this.
  package var measurementHalfWidth: Double {
    Statistics.median(measurements.compactMap { ($0.record.ratio ?? $0.record.latency).relativeHalfWidth }) ?? 0
  }

  /// Checks that the model speaks for an architecture.
  ///
  /// - Throws: `LatencyError` that names the first dimension outside the fitted ranges, or says that no such
  ///   combination was measured.
  package func require(_ architecture: Architecture) throws(LatencyError) {
    try shape.require(architecture)
    guard !terms.isEmpty else {
      _ = try measurement(of: architecture)
      return
    }
    try ranges.require(architecture)
    let features = LatencyFeatures(architecture)
    let seconds = terms.reduce(0) { $0 + $1.seconds * features[$1.feature] }
    guard let leverage = leverage?(features, sum: seconds), leverage > TermLeverage.limit else { return }
    throw LatencyError(
      .outOfRange,
      """
      no network that combines its dimensions in such a way was measured: leverage \
      \(ReadableNumber.significant(leverage)), of measured networks at most 1
      """)
  }

  /// What was measured of this very architecture.
  private func measurement(of architecture: Architecture) throws(LatencyError) -> Measurement {
    if let measurement = measurements.first(where: { $0.architecture == architecture }) { return measurement }
    let count = ReadableNumber.count(measurements.count, "network")
    throw LatencyError(
      .outOfRange,
      """
      only \(count) could be measured, too few for a model of others, and this is none of them; a space with three \
      networks or more has a model
      """)
  }

  /// Checks that the model was made for these conditions.
  ///
  /// - Throws: `LatencyError` that names what differs.
  package func require(batchSize: Int, threads: Int) throws(LatencyError) {
    guard conditions.batchSize == batchSize else {
      throw LatencyError(
        .mismatch, "batch size is \(batchSize), the latency model was measured with \(conditions.batchSize)")
    }
    guard conditions.threads == threads else {
      throw LatencyError(
        .mismatch, "number of threads is \(threads), the latency model was measured with \(conditions.threads)")
    }
  }
}
