internal import ViTNumerics
internal import ViTSearch

/// The timings of one model.
struct SampleSeries {
  private let model: any MeasurableModel
  /// Seconds for one batch, one value for each sample.
  private var seconds: [Double] = []
  /// Batches run within one sample.
  private var runsPerSample = 1
  private var warmups = 0
  private(set) var rounds = 0

  init(model: any MeasurableModel) { self.model = model }

  /// Warms the model up and takes this round's samples.
  mutating func runRound(settings: MeasurementSettings, clock: () -> Double) {
    let runs = rounds == 0 ? max(settings.firstWarmups, 1) : settings.warmups
    for _ in 0..<runs {
      let elapsed = time(runs: 1, clock)
      if rounds == 0 { runsPerSample = Self.runs(lasting: settings.minimumSampleSeconds, each: elapsed) }
    }
    warmups += runs
    for _ in 0..<settings.samplesPerRound {
      seconds.append(time(runs: runsPerSample, clock) / Double(runsPerSample))
    }
    rounds += 1
  }

  func isDone(_ settings: MeasurementSettings) -> Bool {
    guard rounds >= settings.minimumRounds else { return false }
    return rounds >= settings.maximumRounds
      || MedianInterval(of: seconds).relativeHalfWidth <= settings.relativeHalfWidth
  }

  func record(_ conditions: LatencyConditions) -> LatencyRecord {
    let interval = MedianInterval(of: seconds)
    return LatencyRecord(
      seconds: interval.median, lowerSeconds: interval.lower, upperSeconds: interval.upper,
      repetitions: seconds.count * runsPerSample, warmups: warmups, conditions: conditions)
  }

  private func time(runs: Int, _ clock: () -> Double) -> Double {
    let start = clock()
    for _ in 0..<runs { model.runBatch() }
    return clock() - start
  }

  private static func runs(lasting seconds: Double, each: Double) -> Int {
    guard each > 0 else { return 1000 }
    return Int(min(max((seconds / each).rounded(.up), 1), 1000))
  }
}
