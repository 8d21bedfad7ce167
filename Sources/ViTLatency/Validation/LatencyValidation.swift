package import ViTArchitecture
package import ViTNumerics

/// Predictions checked against whole models that the predictor has not seen.
package struct LatencyValidation: Sendable {
  /// One model, predicted and measured.
  package struct Sample: Sendable, Encodable {
    package var digest: String
    package var architecture: Architecture
    @PredictedSeconds package var predicted: Estimate
    package var measured: LatencyRecord
  }

  package var samples: [Sample]
  /// How much slower the machine is than when the predictor was made, by the reference network that both were measured
  /// beside; where that differs, the median of measured over predicted latency of the space's baselines, which are
  /// measured in the same rounds. All figures but `uncorrectedMeanAbsoluteError`
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
  /// The mean of predicted over measured latency of the networks of each depth, shallow ones first: 1 where no depth is
  /// favoured. Student's interval over the networks.
  package var depths: [Depth]
  /// Unseen members that lie outside what the predictor was made from. They are not among the samples.
  package var outside = 0
  /// Why one of them does; nil where there is none.
  package var outsideReason: String?

  /// What validation says of the networks of one depth.
  package struct Depth: Sendable {
    package var depth: Int
    package var count: Int
    package var predictedOverMeasured: Estimate
  }

  /// Measures unseen members and compares.
  ///
  /// - Parameters:
  ///   - excluded: Architectures that the predictor was fitted to.
  ///   - count: Members to measure, if the space has so many.
  ///   - seed: Of the draw; different seeds validate on different members.
  ///   - measure: Measures architectures interleaved; one record for each, in order.
  /// - Throws: `LatencyError` when no unseen member is left that the predictor speaks for.
  package init(
    of predictor: some LatencyPredictor, excluding excluded: Set<Architecture>, members: SpaceMembers, count: Int,
    seed: UInt64, measure: ([Architecture]) throws -> [LatencyRecord]
  ) throws {
    var random = CounterRandom(seed: seed, purpose: "latency.validation")
    let unseen = members.members.filter { !excluded.contains($0) }.shuffled(using: &random)
    guard !unseen.isEmpty else {
      throw LatencyError(.insufficient, "the model was fitted to every member of the space; none is left to check")
    }
    let inside = unseen.filter { predictor.support(of: $0).isInside }
    let reason = unseen.lazy.compactMap { predictor.support(of: $0).reason }.first
    guard !inside.isEmpty else {
      throw LatencyError(.outOfRange, "no unseen member of the space can be predicted, such as: \(reason ?? "")")
    }
    let chosen = Self.depthsInTurn(inside, count: count)
    let architectures = chosen + members.baselines
    let predicted = try architectures.map(predictor.predict)
    let measured = try measure(architectures)
    let all = zip(architectures, zip(predicted, measured)).map {
      Sample(digest: $0.digest, architecture: $0, predicted: $1.0, measured: $1.1)
    }
    self.init(
      samples: Array(all[..<chosen.count]), drift: Self.drift(predictor, all, baselines: all[chosen.count...]),
      seed: seed)
    outside = unseen.count - inside.count
    outsideReason = reason
  }

  /// Where the model was measured beside the same reference network, how much slower that is now; else, how much slower
  /// the baselines are than predicted.
  private static func drift(
    _ predictor: some LatencyPredictor, _ samples: [Sample], baselines: ArraySlice<Sample>
  ) -> Double {
    let model = (predictor as? LatencyModel)?.measurements.first?.record
    let now = samples.first?.measured
    if let reference = model?.reference, now?.reference == reference, let before = model?.referenceSeconds,
      let after = now?.referenceSeconds
    {
      return after / before
    }
    return Statistics.median(baselines.map { $0.measured.seconds / $0.predicted.seconds }) ?? 1
  }

  /// The first of each depth, then the second of each, and so on.
  private static func depthsInTurn(_ members: [Architecture], count: Int) -> [Architecture] {
    var taken: [Int: Int] = [:]
    let places = members.enumerated().map { index, member in
      taken[member.depth, default: 0] += 1
      return (turn: taken[member.depth] ?? 0, index: index)
    }
    return places.sorted { ($0.turn, $0.index) < ($1.turn, $1.index) }.prefix(count).map { members[$0.index] }
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
    depths = Dictionary(grouping: samples, by: \.architecture.depth).sorted { $0.key < $1.key }.compactMap {
      depth, samples in
      let ratios = samples.map { $0.predicted.seconds * drift / $0.measured.seconds }
      return Estimate(meanOf: ratios, covers: .runs(ratios.count)).map {
        Depth(depth: depth, count: ratios.count, predictedOverMeasured: $0)
      }
    }
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
