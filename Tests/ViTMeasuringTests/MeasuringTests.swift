import LatencyTestSupport
import Synchronization
import Testing
import ViTLatency
import ViTMeasuring
import ViTNumerics

@Suite struct `Measuring` {
  let architectures = SyntheticSpace.baselines

  @Test func `A quiet machine is measured exactly`() throws {
    let machine = SyntheticMachine(noise: 0)
    let records = try machine.meter().measure(architectures, budgetSeconds: 10) { _ in true }
    #expect(records.count == 3)
    for (record, architecture) in zip(records, architectures) {
      // Sums of the virtual clock round in the last digits.
      #expect(abs(record.seconds / machine.seconds(architecture) - 1) < 1e-9)
      #expect(record.conditions.device == "synthetic" && record.conditions.threads == 2)
      #expect(record.conditions.date.contains("T"))
    }
  }

  @Test func `The interval is as tight as asked and holds the median`() throws {
    let machine = SyntheticMachine(noise: 0.02)
    var settings = MeasurementSettings()
    settings.maximumRounds = 1000
    let records = try machine.meter(settings: settings).measure(architectures, budgetSeconds: 1e6) { _ in true }
    for record in records {
      #expect(record.latency.overlaps(record.seconds...record.seconds))
      #expect(try #require(record.latency.halfWidth) <= settings.relativeHalfWidth * record.seconds)
    }
  }

  @Test func `Every model gets a round even without a budget, and then it stops`() throws {
    let machine = SyntheticMachine()
    let settings = MeasurementSettings()
    let records = try machine.meter(settings: settings).measure(architectures, budgetSeconds: 0) { _ in true }
    #expect(records.count == 3)
    #expect(records.allSatisfy { $0.warmups == settings.firstWarmups && $0.latency.overlaps($0.seconds...$0.seconds) })
  }

  /// The machine gets twice as slow while it measures. One after the other, the last model would look twice as slow as
  /// it is; interleaved, ratios stay right to the few percent that drift within a round explains.
  @Test func `Drift hits all models alike`() throws {
    let same = [architectures[1], architectures[1], architectures[1], architectures[1]]
    var settings = MeasurementSettings()
    settings.minimumRounds = 40
    settings.maximumRounds = 40
    let single = SyntheticMachine(noise: 0).seconds(same[0])
    let machine = SyntheticMachine(noise: 0.001, drift: 1 / (single * 40 * 4 * 4))
    let records = try machine.meter(settings: settings).measure(same, budgetSeconds: 1e6) { _ in true }
    let times = records.map(\.seconds)
    #expect(times.max().map { $0 / (times.min() ?? 0) < 1.05 } == true)
  }

  /// Other programs interrupt six runs of ten, so that even the median of all samples is three times too high.
  @Test func `Runs that another program interrupts do not count`() throws {
    let machine = SyntheticMachine(noise: 0, contention: 0.6)
    var settings = MeasurementSettings()
    settings.minimumRounds = 20
    settings.minimumSampleSeconds = 0
    let records = try machine.meter(settings: settings).measure(architectures, budgetSeconds: 1e6) { _ in true }
    for (record, architecture) in zip(records, architectures) {
      #expect(abs(record.seconds / machine.seconds(architecture) - 1) < 1e-9)
      #expect(record.repetitions < settings.minimumRounds * settings.samplesPerRound)
    }
  }

  @Test func `If every run is interrupted alike, they count`() throws {
    let machine = SyntheticMachine(noise: 0, contention: 1)
    let record = try machine.meter().measure([architectures[0]], budgetSeconds: 10) { _ in true }[0]
    #expect(abs(record.seconds / machine.seconds(architectures[0]) - 3) < 1e-9)
  }

  @Test func `Models that do not fit into memory together are measured in groups`() throws {
    let machine = SyntheticMachine(noise: 0)
    var settings = MeasurementSettings()
    settings.memoryBytes = 1
    let records = try machine.meter(settings: settings).measure(architectures, budgetSeconds: 10) { _ in true }
    for (record, architecture) in zip(records, architectures) {
      #expect(abs(record.seconds / machine.seconds(architecture) - 1) < 1e-9)
    }
    // One model after the other, never back to an earlier one.
    let changes = zip(machine.runs, machine.runs.dropFirst()).count { $0 != $1 }
    #expect(changes == architectures.count - 1)
  }

  @Test func `Progress grows to 1 and can stop the work`() throws {
    let fractions = Mutex<[Double]>([])
    let meter = SyntheticMachine().meter()
    _ = try meter.measure(architectures, budgetSeconds: 10) { fraction in
      fractions.withLock { $0.append(fraction) }
      return true
    }
    let seen = fractions.withLock { $0 }
    #expect(seen == seen.sorted() && seen.allSatisfy { (0...1).contains($0) })
    #expect(throws: CancellationError.self) {
      try meter.measure(architectures, budgetSeconds: 10) { $0 < 0.01 }
    }
  }
}
