package import ViTArchitecture
package import ViTNumerics

/// Predicts latency as a sum of operator terms, fitted to whole models measured on one device.
///
/// Seconds = the sum of coefficient x feature over `LatencyFeature`s. No coefficient is negative and no feature falls
/// when a dimension grows, so neither does a prediction. A model speaks for one shape of input, one batch size, one
/// number of threads, and the ranges of dimensions that it was fitted on.
package struct LatencyModel: LatencyPredictor, Hashable {
  /// A whole model and what it took.
  package struct Measurement: Hashable, Sendable, Codable {
    package var architecture: Architecture
    package var record: LatencyRecord

    package init(architecture: Architecture, record: LatencyRecord) {
      self.architecture = architecture
      self.record = record
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

  /// - Throws: `LatencyError` that names the first dimension outside the fitted ranges.
  package func predict(_ architecture: Architecture) throws -> Estimate {
    try require(architecture)
    let features = LatencyFeatures(architecture)
    let seconds = terms.reduce(0) { $0 + $1.seconds * features[$1.feature] }
    return Estimate(predictedSeconds: seconds, uncertainty: leaveOneOut.quantile95 * seconds)
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
  package func require(_ architecture: Architecture) throws(LatencyError) {
    try shape.require(architecture)
    try ranges.require(architecture)
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
