internal import ViTLatency
internal import ViTNumerics

/// The timings of one model.
struct SampleSeries {
  private let model: any MeasurableModel
  private var all: [Sample] = []
  /// Batches run within one sample.
  private var runsPerSample = 1
  private var warmups = 0
  private(set) var rounds = 0

  private struct Sample {
    /// For one batch.
    var seconds: Double
    /// Processors that the model had on average: processor time over time.
    var processors: Double
  }

  init(model: any MeasurableModel) { self.model = model }

  /// Warms the model up and takes this round's samples.
  mutating func runRound(settings: MeasurementSettings, clock: MeasurementClock) {
    let runs = rounds == 0 ? max(settings.firstWarmups, 1) : settings.warmups
    for _ in 0..<runs {
      let elapsed = time(runs: 1, clock)
      if rounds == 0 { runsPerSample = Self.runs(lasting: settings.minimumSampleSeconds, each: elapsed) }
    }
    warmups += runs
    for _ in 0..<settings.samplesPerRound {
      let processorStart = clock.processorSeconds()
      let elapsed = time(runs: runsPerSample, clock)
      let processors = (clock.processorSeconds() - processorStart) / elapsed
      all.append(Sample(seconds: elapsed / Double(runsPerSample), processors: processors))
    }
    rounds += 1
  }

  /// Seconds of the samples that count. Where other programs took processor time away, the model had fewer processors
  /// than in its best sample; those samples are left out, except for the least disturbed if the others are too few for
  /// an interval.
  private var counted: [Double] {
    let sorted = all.sorted { $0.processors > $1.processors }
    let best = sorted.first?.processors ?? 0
    let undisturbed = sorted.prefix { $0.processors >= Self.undisturbedShare * best }
    return sorted.prefix(max(undisturbed.count, Self.smallestSample)).map(\.seconds)
  }

  /// Waking a thread takes some microseconds of a sample's millisecond or more; what exceeds that is another program.
  private static let undisturbedShare = 0.95
  /// With fewer values than this, no 95% interval of the median exists.
  private static let smallestSample = 6

  func isDone(_ settings: MeasurementSettings) -> Bool {
    guard rounds >= settings.minimumRounds else { return false }
    return rounds >= settings.maximumRounds
      || Estimate(medianOf: counted).relativeHalfWidth ?? 0 <= settings.relativeHalfWidth
  }

  func record(_ conditions: LatencyConditions) -> LatencyRecord {
    let median = Estimate(medianOf: counted)
    return LatencyRecord(
      seconds: median.value, lower: median.lower ?? median.value, upper: median.upper ?? median.value,
      repetitions: counted.count * runsPerSample, warmups: warmups, conditions: conditions)
  }

  private func time(runs: Int, _ clock: MeasurementClock) -> Double {
    let start = clock.seconds()
    for _ in 0..<runs { model.runBatch() }
    return clock.seconds() - start
  }

  private static func runs(lasting seconds: Double, each: Double) -> Int {
    guard each > 0 else { return 1000 }
    return Int(min(max((seconds / each).rounded(.up), 1), 1000))
  }
}
