internal import ViTNumerics
internal import ViTSearch

/// The timings of one model.
struct SampleSeries {
  private let model: any MeasurableModel
  /// Seconds for one batch, of samples during which the model kept the processor.
  private var undisturbed: [Double] = []
  /// The same, of samples during which another program took the processor away.
  private var disturbed: [Double] = []
  /// Batches run within one sample.
  private var runsPerSample = 1
  private var warmups = 0
  private(set) var rounds = 0

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
      let preemptions = clock.preemptions()
      let seconds = time(runs: runsPerSample, clock) / Double(runsPerSample)
      if clock.preemptions() == preemptions { undisturbed.append(seconds) } else { disturbed.append(seconds) }
    }
    rounds += 1
  }

  /// The samples that count: the undisturbed ones, if there are enough for an interval; else all.
  private var samples: [Double] {
    undisturbed.count >= Self.smallestSample ? undisturbed : undisturbed + disturbed
  }

  /// With fewer values than this, no 95% interval of the median exists.
  private static let smallestSample = 6

  func isDone(_ settings: MeasurementSettings) -> Bool {
    guard rounds >= settings.minimumRounds else { return false }
    return rounds >= settings.maximumRounds
      || MedianInterval(of: samples).relativeHalfWidth <= settings.relativeHalfWidth
  }

  func record(_ conditions: LatencyConditions) -> LatencyRecord {
    let interval = MedianInterval(of: samples)
    return LatencyRecord(
      seconds: interval.median, lowerSeconds: interval.lower, upperSeconds: interval.upper,
      repetitions: samples.count * runsPerSample, warmups: warmups, conditions: conditions)
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
