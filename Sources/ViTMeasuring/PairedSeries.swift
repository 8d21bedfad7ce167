internal import ViTLatency
internal import ViTNumerics

/// The timings of one model, each between two of the reference network.
struct PairedSeries {
  private var model: TimedModel
  /// For each sample of the model, the reference's sample before it; the one after it follows.
  private var places: [Int] = []
  /// The round that each sample belongs to.
  private var roundOf: [Int] = []
  private(set) var rounds = 0

  init(model: TimedModel) { self.model = model }

  /// The threads that the model runs on.
  var threads: Set<Int32> { model.threads }

  /// Warms up and takes this round's samples.
  mutating func runRound(
    beside reference: inout TimedModel, settings: MeasurementSettings, clock: MeasurementClock
  ) {
    if rounds == 0 { model.start(settings, clock) }
    let stolen = clock.stolenSeconds()
    reference.takeSample(settings, clock)
    for _ in 0..<settings.samplesPerRound {
      places.append(reference.samples.count - 1)
      roundOf.append(rounds)
      model.takeSample(settings, clock)
      reference.takeSample(settings, clock)
    }
    if clock.stolenSeconds() > stolen {
      model.markStolen(last: settings.samplesPerRound)
      reference.markStolen(last: settings.samplesPerRound + 1)
    }
    rounds += 1
  }

  func isDone(_ settings: MeasurementSettings, _ reference: TimedModel) -> Bool {
    guard rounds >= settings.minimumRounds else { return false }
    if rounds >= settings.maximumRounds { return true }
    let pairs = pairs(reference)
    guard pairs.count(where: \.isUndisturbed) >= Self.smallestSample else { return false }
    return ratio(Self.counted(pairs)).relativeHalfWidth ?? 0 <= settings.relativeHalfWidth
  }

  func record(
    _ conditions: LatencyConditions, reference: TimedModel, digest: String, referenceSeconds: Estimate
  ) -> LatencyRecord {
    let pairs = pairs(reference)
    let counted = Self.counted(pairs)
    let ratio = ratio(counted)
    let seconds = ratio.value * referenceSeconds.value
    // Two errors that have nothing to do with each other.
    func error(_ side: (Estimate) -> Double) -> Double {
      let (first, second) = (side(ratio), side(referenceSeconds))
      return (first * first + second * second).squareRoot()
    }
    let below = error { 1 - ($0.lower ?? $0.value) / $0.value }
    let above = error { ($0.upper ?? $0.value) / $0.value - 1 }
    return LatencyRecord(
      seconds: seconds, lower: max(0, seconds * (1 - below)), upper: seconds * (1 + above), ratio: ratio,
      reference: digest, disturbedShare: Double(pairs.count { !$0.isUndisturbed }) / Double(max(pairs.count, 1)),
      repetitions: counted.count * model.runsPerSample, warmups: model.warmups, conditions: conditions)
  }

  // MARK: Pairs

  private struct Pair {
    var ratio: Double
    var round: Int
    /// How long threads waited, beyond what they do without company; infinite where the hypervisor interfered.
    var disturbance: Double
    var isUndisturbed: Bool { disturbance <= 0 }
  }

  /// Each sample over the mean of its neighbours, or over the one that was not disturbed if the other was.
  private func pairs(_ reference: TimedModel) -> [Pair] {
    let (own, other) = (model.undisturbedShare, reference.undisturbedShare)
    func disturbance(_ sample: TimedModel.Sample, _ share: Double) -> Double {
      sample.isStolen ? .infinity : sample.waitingShare - share
    }
    return model.samples.indices.map { index in
      let sample = model.samples[index]
      let beside = [reference.samples[places[index]], reference.samples[places[index] + 1]]
      let least = beside.map { disturbance($0, other) }.min() ?? 0
      let kept = beside.filter { disturbance($0, other) <= max(0, least) }
      let seconds = kept.reduce(0) { $0 + $1.seconds } / Double(kept.count)
      return Pair(
        ratio: sample.seconds / seconds, round: roundOf[index], disturbance: max(disturbance(sample, own), least))
    }
  }

  /// The pairs that count: those that no other program disturbed, or the least disturbed if there are too few others.
  private static func counted(_ pairs: [Pair]) -> [Pair] {
    let sorted = pairs.sorted { $0.disturbance < $1.disturbance }
    return Array(sorted.prefix(max(pairs.count(where: \.isUndisturbed), smallestSample)))
  }

  /// With fewer values than this, no 95% interval of the median exists.
  private static let smallestSample = 6

  /// The median of ratios. Pairs of one round share its moment, so that the interval is also no narrower than that of
  /// the rounds' medians.
  private func ratio(_ pairs: [Pair]) -> Estimate {
    let all = Estimate(medianOf: pairs.map(\.ratio))
    let medians = Dictionary(grouping: pairs, by: \.round).values.compactMap { Statistics.median($0.map(\.ratio)) }
    guard medians.count >= Self.smallestSample, let interval = all.interval,
      let wider = Estimate(medianOf: medians).interval
    else { return all }
    return Estimate(
      all.value, lower: min(interval.lower, wider.lower), upper: max(interval.upper, wider.upper),
      covers: .repetitions(pairs.count))
  }
}

extension TimedModel {
  /// Median seconds of the samples that were not disturbed, or of the least disturbed if these are too few.
  var quietSeconds: Estimate {
    let share = undisturbedShare
    let sorted = samples.sorted {
      ($0.isStolen ? .infinity : $0.waitingShare) < ($1.isStolen ? .infinity : $1.waitingShare)
    }
    let undisturbed = samples.count { !$0.isStolen && $0.waitingShare <= share }
    return Estimate(medianOf: sorted.prefix(max(undisturbed, 6)).map(\.seconds))
  }

  /// Share of the samples that were disturbed.
  var disturbedShare: Double {
    let share = undisturbedShare
    return Double(samples.count { $0.isStolen || $0.waitingShare > share }) / Double(max(samples.count, 1))
  }
}
