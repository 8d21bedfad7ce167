package import ViTArchitecture
package import ViTNumerics

/// Predictions checked against whole models that the predictor has not seen.
package struct LatencyValidation: Sendable {
  /// One model, predicted and measured.
  package struct Sample: Sendable, Encodable {
    package var digest: String
    @PredictedSeconds package var predicted: Estimate
    package var measured: LatencyRecord
  }

  package var samples: [Sample]
  /// How much slower the machine is than when the predictor was made: the median of measured over predicted latency
  /// of the space's baselines, which are measured in the same rounds. All figures but `uncorrectedMeanAbsoluteError`
  /// are of predictions times this factor: a processor that is shared changes its speed from minute to minute.
  package var drift: Double
  /// Mean absolute relative error of the predictions as they are.
  package var uncorrectedMeanAbsoluteError: Double
  /// Half the width of the measured medians' 95% intervals, as a share of the median; the middle one of all samples.
  package var measurementHalfWidth: Double
  package var errors: PredictionErrors
  /// Mean absolute relative error; the interval is a bootstrap over the models.
  package var meanAbsoluteError: Estimate
  /// Share of models within 5%, with the exact interval of Clopper and Pearson.
  package var within5Percent: Estimate
  /// Share of models within 10%, with the exact interval of Clopper and Pearson.
  package var within10Percent: Estimate
  /// Kendall's tau-b with a bootstrap interval; nil where it is not defined.
  package var kendallTau: Estimate?

  /// Measures unseen members and compares.
  ///
  /// - Parameters:
  ///   - excluded: Architectures that the predictor was fitted to.
  ///   - count: Members to measure, if the space has so many.
  ///   - seed: Of the draw; different seeds validate on different members.
  ///   - measure: Measures architectures interleaved; one record for each, in order.
  /// - Throws: `LatencyError` when no unseen member is left, or the predictor does not cover one.
  package init(
    of predictor: some LatencyPredictor, excluding excluded: Set<Architecture>, members: SpaceMembers, count: Int,
    seed: UInt64, measure: ([Architecture]) throws -> [LatencyRecord]
  ) throws {
    var random = CounterRandom(seed: seed, purpose: "latency.validation")
    let unseen = members.members.filter { !excluded.contains($0) }.shuffled(using: &random).prefix(count)
    guard !unseen.isEmpty else {
      throw LatencyError(.insufficient, "the model was fitted to every member of the space; none is left to check")
    }
    let architectures = Array(unseen) + members.baselines
    let predicted = try architectures.map(predictor.predict)
    let measured = try measure(architectures)
    let all = zip(architectures, zip(predicted, measured)).map {
      Sample(digest: $0.digest, predicted: $1.0, measured: $1.1)
    }
    let ratios = all[unseen.count...].map { $0.measured.seconds / $0.predicted.seconds }
    self.init(samples: Array(all[..<unseen.count]), drift: Statistics.median(ratios) ?? 1, seed: seed)
  }

  /// - Parameters:
  ///   - samples: At least one.
  ///   - drift: Measured over predicted latency of networks that the predictor was fitted to.
  package init(samples: [Sample], drift: Double = 1, seed: UInt64) {
    self.samples = samples
    self.drift = drift
    measurementHalfWidth = Statistics.median(samples.compactMap(\.measured.latency.relativeHalfWidth)) ?? 0
    let predicted = samples.map { $0.predicted.seconds * drift }
    let measured = samples.map(\.measured.seconds)
    uncorrectedMeanAbsoluteError =
      PredictionErrors(predicted: samples.map(\.predicted.seconds), measured: measured).meanAbsolute
    let errors = PredictionErrors(predicted: predicted, measured: measured)
    self.errors = errors
    within5Percent = errors.share(errors.within5Percent)
    within10Percent = errors.share(errors.within10Percent)

    var random = CounterRandom(seed: seed, purpose: "latency.bootstrap")
    let resampled = (0..<1000).map { _ in
      let rows = samples.indices.map { _ in Int.random(in: samples.indices, using: &random) }
      return PredictionErrors(predicted: rows.map { predicted[$0] }, measured: rows.map { measured[$0] })
    }
    meanAbsoluteError = Self.percentiles(errors.meanAbsolute, resampled.map(\.meanAbsolute))
    kendallTau = errors.kendallTau.map { Self.percentiles($0, resampled.compactMap(\.kendallTau)) }
  }

  /// The percentile bootstrap, Efron 1979.
  private static func percentiles(_ estimate: Double, _ resampled: [Double]) -> Estimate {
    let sorted = resampled.sorted()
    let tail = sorted.count < 40 ? 0 : Int(0.025 * Double(sorted.count))
    return Estimate(
      estimate, lower: sorted.isEmpty ? estimate : sorted[tail],
      upper: sorted.isEmpty ? estimate : sorted[sorted.count - 1 - tail], covers: .bootstrap)
  }
}

extension PredictionErrors {
  /// A share of the predictions with the exact interval of Clopper and Pearson.
  fileprivate func share(_ share: Double) -> Estimate {
    Estimate(successes: Int((share * Double(count)).rounded()), trials: count)
  }
}
