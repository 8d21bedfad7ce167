/// A model that is timed, and the timings of which another program did not take a processor away.
struct TimedModel {
  /// One timing.
  struct Sample {
    /// For one batch.
    var seconds: Double
    /// Time that the model's threads together waited for a processor, as a share of the sample.
    var waitingShare: Double
    /// Whether the hypervisor took a processor away at about that time.
    var isStolen = false
  }

  private let model: any MeasurableModel
  /// The threads that it runs on.
  let threads: Set<Int32>
  /// Batches run within one sample.
  private(set) var runsPerSample = 1
  private(set) var warmups = 0
  private(set) var samples: [Sample] = []

  init(model: any MeasurableModel, threads: Set<Int32>) {
    self.model = model
    self.threads = threads
  }

  /// Runs the model for the first time and decides how many batches make a sample.
  mutating func start(_ settings: MeasurementSettings, _ clock: MeasurementClock) {
    for _ in 0..<max(settings.firstWarmups, 1) {
      let start = clock.seconds()
      model.runBatch()
      let elapsed = clock.seconds() - start
      runsPerSample =
        elapsed > 0 ? Int(min(max((settings.minimumSampleSeconds / elapsed).rounded(.up), 1), 1000)) : 1000
      warmups += 1
    }
  }

  /// Warms the model up and times it once.
  mutating func takeSample(_ settings: MeasurementSettings, _ clock: MeasurementClock) {
    for _ in 0..<settings.warmups { model.runBatch() }
    warmups += settings.warmups
    let waiting = clock.waitingSeconds(threads)
    let start = clock.seconds()
    for _ in 0..<runsPerSample { model.runBatch() }
    let elapsed = clock.seconds() - start
    // A thread that ends takes its account with it.
    let share = elapsed > 0 ? max(0, clock.waitingSeconds(threads) - waiting) / elapsed : 0
    samples.append(Sample(seconds: elapsed / Double(runsPerSample), waitingShare: share))
  }

  /// Marks the latest samples as taken while the hypervisor kept a processor.
  mutating func markStolen(last count: Int) {
    for index in samples.indices.suffix(count) { samples[index].isStolen = true }
  }

  /// The longest share of waiting that a sample without company has: waking threads takes some microseconds, in every
  /// sample about the same.
  var undisturbedShare: Double {
    let sorted = samples.map(\.waitingShare).sorted()
    return (sorted.isEmpty ? 0 : sorted[sorted.count / 50]) + Self.tolerance
  }

  private static let tolerance = 0.03
}
