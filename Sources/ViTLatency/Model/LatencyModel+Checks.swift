package import ViTArchitecture
package import ViTNumerics

/// What was measured after the model was fitted.
extension LatencyModel {
  /// Seconds that the network takes beside which the others were measured, by the model's own measurements; what it is
  /// predicted to take where these hold no ratios.
  package func referenceSeconds(of reference: Architecture) throws -> Double {
    let digest = reference.digest
    let own = measurements.lazy.filter { $0.record.reference == digest }.compactMap(\.record.referenceSeconds).first
    if let own { return own }
    if let measured = measurements.first(where: { $0.architecture == reference }) { return measured.record.seconds }
    return try predictSum(reference).seconds
  }

  /// The model corrected by measurements of single networks, those that it holds already and these. Of a network measured
  /// twice the later record counts.
  ///
  /// - Parameter checks: Measured beside the reference, and brought to the model's time by their ratios.
  /// - Throws: What predicting them throws; `NumericsError`.
  package func checked(by checks: [Measurement]) throws -> LatencyModel {
    var model = self
    for check in checks {
      model.checks.removeAll { $0.architecture == check.architecture }
      model.checks.append(check)
    }
    try model.correct()
    return model
  }

  package func corrected(by latencies: [(architecture: Architecture, latency: Estimate)]) throws -> any LatencyPredictor
  {
    try checked(
      by: latencies.map { architecture, latency in
        let half = latency.uncertaintySeconds
        return Measurement(
          architecture: architecture,
          record: LatencyRecord(
            seconds: latency.seconds, lower: latency.seconds - half, upper: latency.seconds + half, repetitions: 0,
            warmups: 0, conditions: conditions))
      })
  }

  /// Works out the correction from the checks.
  mutating func correct() throws {
    correction = nil
    known = Dictionary(checks.map { ($0.architecture, $0.record.predicted) }) { _, last in last }
    guard !terms.isEmpty, !checks.isEmpty else { return }
    correction = try LatencyCorrection(
      checks.map { check in
        let predicted = try predictSum(check.architecture).seconds
        let estimate = check.record.ratio ?? check.record.latency
        return (
          place: .init(check.architecture), residual: Logarithm.natural(check.record.seconds / predicted),
          error: (estimate.relativeHalfWidth ?? 0) / 2
        )
      })
  }

  package func measured(_ architecture: Architecture) -> Estimate? {
    // Digests and dictionaries of architectures cost more than a prediction where nothing was measured.
    known.isEmpty ? nil : known[architecture]
  }

  /// What was measured of a network after the fit.
  package func check(of architecture: Architecture) -> LatencyRecord? {
    checks.first { $0.architecture == architecture }?.record
  }
}

extension LatencyRecord {
  /// As predictions are written, with half the width of its interval.
  var predicted: Estimate {
    Estimate(predictedSeconds: seconds, uncertainty: latency.halfWidth ?? 0)
  }
}
