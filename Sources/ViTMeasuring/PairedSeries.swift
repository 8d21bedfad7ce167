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
    /// What the ratio is at least and at most, where it is not known how much of the waiting held the batch up.
    var bounds: ClosedRange<Double>
    var round: Int
    /// How long threads waited, beyond what they do without company; infinite where the hypervisor interfered.
    var disturbance: Double
    var isUndisturbed: Bool { disturbance <= 0 }
  }

  /// Each sample over the mean of the nearest undisturbed samples of the reference before and after it, which on a quiet
  /// machine are its neighbours.
  private func pairs(_ reference: TimedModel) -> [Pair] {
    let own = model.undisturbedShare
    let others = reference.undisturbedIndices
    return model.samples.indices.map { index in
      let sample = model.samples[index]
      let seconds = reference.seconds(near: places[index], others)
      let disturbance = sample.isStolen ? .infinity : sample.waitingShare - own
      let bounds = disturbance > 0 ? model.possibleSeconds(sample) : sample.seconds...sample.seconds
      return Pair(
        ratio: (bounds.lowerBound + bounds.upperBound) / 2 / seconds,
        bounds: bounds.lowerBound / seconds...bounds.upperBound / seconds, round: roundOf[index],
        disturbance: disturbance)
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
  /// the rounds' medians; and it holds what waiting leaves open.
  private func ratio(_ pairs: [Pair]) -> Estimate {
    let count = pairs.count * model.runsPerSample
    let median = Estimate(medianOf: pairs.map(\.ratio)).value
    let (low, high) = (Self.interval(pairs) { $0.bounds.lowerBound }, Self.interval(pairs) { $0.bounds.upperBound })
    return Estimate(
      median, lower: min(median, low.lower), upper: max(median, high.upper), covers: .repetitions(count))
  }

  private static func interval(_ pairs: [Pair], _ value: (Pair) -> Double) -> (lower: Double, upper: Double) {
    let all = Estimate(medianOf: pairs.map(value))
    let (lower, upper) = (all.lower ?? all.value, all.upper ?? all.value)
    let medians = Dictionary(grouping: pairs, by: \.round).values.compactMap { Statistics.median($0.map(value)) }
    guard medians.count >= smallestSample, let wider = Estimate(medianOf: medians).interval else {
      return (lower, upper)
    }
    return (min(lower, wider.lower), max(upper, wider.upper))
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

  /// Of the samples that were not disturbed, in the order taken; of all if none is.
  var undisturbedIndices: [Int] {
    let share = undisturbedShare
    let indices = samples.indices.filter { !samples[$0].isStolen && samples[$0].waitingShare <= share }
    return indices.isEmpty ? Array(samples.indices) : indices
  }

  /// Seconds at the moment between a sample and the next: the mean of the last of some samples up to the one and the first
  /// from the other on.
  func seconds(near index: Int, _ indices: [Int]) -> Double {
    var (low, high) = (0, indices.count)
    while low < high {
      let middle = (low + high) / 2
      if indices[middle] <= index { low = middle + 1 } else { high = middle }
    }
    let near = [low - 1, low].filter(indices.indices.contains).map { samples[indices[$0]].seconds }
    return near.reduce(0, +) / Double(max(near.count, 1))
  }

  /// What a disturbed sample would have taken without company: less than it took by what its threads waited, if all waited
  /// for the one, or by its share of that, if the others took over its work.
  func possibleSeconds(_ sample: Sample) -> ClosedRange<Double> {
    let kept = { (share: Double) in sample.seconds * max(0.02, 1 - share) }
    let shared = kept(sample.waitingShare / Double(max(threads.count, 1)))
    return min(kept(sample.waitingShare), shared)...shared
  }
}
