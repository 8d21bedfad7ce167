import LatencyTestSupport
import Synchronization
import Testing
import ViTArchitecture
import ViTLatency
import ViTMeasuring
import ViTNumerics

@Suite struct `Measuring` {
  let architectures = SyntheticSpace.baselines

  @Test func `A quiet machine is measured exactly`() throws {
    let machine = SyntheticMachine(noise: 0)
    let reference = SyntheticSpace.architecture([0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5])
    let records = try machine.meter().measure(architectures, beside: reference, budgetSeconds: 10) { _ in true }
    #expect(records.count == 3)
    for (record, architecture) in zip(records, architectures) {
      // Sums of the virtual clock round in the last digits.
      #expect(abs(record.seconds / machine.seconds(architecture) - 1) < 1e-9)
      let ratio = try #require(record.ratio)
      #expect(abs(ratio.value / (machine.seconds(architecture) / machine.seconds(reference)) - 1) < 1e-9)
      #expect(record.reference == reference.digest && record.disturbedShare == 0)
      #expect(abs(try #require(record.referenceSeconds) / machine.seconds(reference) - 1) < 1e-9)
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
      #expect(try #require(record.ratio?.relativeHalfWidth) <= settings.relativeHalfWidth)
    }
  }

  @Test func `Every model gets a round even without a budget, and then it stops`() throws {
    let machine = SyntheticMachine()
    let settings = MeasurementSettings()
    let records = try machine.meter(settings: settings).measure(architectures, budgetSeconds: 0) { _ in true }
    #expect(records.count == 3)
    let warmups = settings.firstWarmups + settings.warmups * settings.samplesPerRound
    #expect(records.allSatisfy { $0.warmups == warmups && $0.latency.overlaps($0.seconds...$0.seconds) })
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

  /// The machine slows down all the while, and six runs of ten are interrupted: times are off, ratios are
  /// not.
  @Test func `Ratios hold where times do not`() throws {
    let reference = architectures[0]
    let expected = SyntheticMachine(noise: 0).seconds(architectures[2]) / SyntheticMachine(noise: 0).seconds(reference)
    let machine = SyntheticMachine(noise: 0.005, drift: 0.05, contention: 0.6)
    var settings = MeasurementSettings()
    settings.minimumRounds = 20
    let record = try machine.meter(settings: settings).measure(
      [architectures[2]], beside: reference, budgetSeconds: 1e6
    ) { _ in true }[0]
    let ratio = try #require(record.ratio)
    #expect(abs(ratio.value / expected - 1) < 0.02)
    #expect(try #require(ratio.interval).contains(expected))
    #expect(record.seconds > 1.1 * machine.seconds(architectures[2]))
    #expect(try #require(record.disturbedShare) > 0.3)
  }

  @Test func `A record on another time of the reference network keeps its ratio`() {
    let record = LatencyRecord(
      seconds: 3, lower: 2.7, upper: 3.6, ratio: Estimate(1.5, lower: 1.4, upper: 1.6, covers: .repetitions(9)),
      reference: "r", repetitions: 9, warmups: 1,
      conditions: LatencyConditions(device: "", engine: "", batchSize: 1, threads: 1, precision: "", date: ""))
    let rebased = record.rebased(onto: 4)
    #expect(rebased.seconds == 6 && rebased.ratio == record.ratio && rebased.referenceSeconds == 4)
    #expect(rebased.latency.lower == 5.4 && rebased.latency.upper == 7.2)
  }

  @Test func `A batch of one image takes one thread unless told otherwise`() {
    #expect(DeviceLatencyMeter.engineConditions(batchSize: 1).threads == 1)
    #expect(DeviceLatencyMeter.engineConditions(batchSize: 1, threads: 3).threads == 3)
    #expect(DeviceLatencyMeter.engineConditions(batchSize: 64).threads == Device.coreCount)
  }

  @Test func `Models that do not fit into memory together are measured in groups`() throws {
    let machine = SyntheticMachine(noise: 0)
    var settings = MeasurementSettings()
    settings.memoryBytes = 1
    let reference = SyntheticSpace.architecture([0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5])
    let records = try machine.meter(settings: settings).measure(
      architectures, beside: reference, budgetSeconds: 10
    ) { _ in true }
    for (record, architecture) in zip(records, architectures) {
      #expect(abs(record.seconds / machine.seconds(architecture) - 1) < 1e-9)
    }
    // One model after the other, never back to an earlier one; the reference between.
    let runs = machine.runs.filter { $0 != reference.digest }
    let changes = zip(runs, runs.dropFirst()).count { $0 != $1 }
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

@Suite struct `The scheduler's account` {
  /// Fields as Documentation/scheduler/sched-stats.rst and proc(5) have them.
  @Test func `gives the time spent waiting, and what a hypervisor took`() {
    #expect(SchedulerAccount.runDelay("81234 2500000000 17\n") == 2.5)
    #expect(SchedulerAccount.runDelay("") == nil)
    let text = "cpu  10 2 3 400 5 6 7 89 10 11\ncpu0 1 1 1 1 1 1 1 1 1 1\nintr 5\n"
    #expect(SchedulerAccount.stolenTicks(text) == 89)
    #expect(SchedulerAccount.stolenTicks("intr 5\n") == nil)
  }

  @Test func `knows this thread, and its waiting never falls`() throws {
    guard let thread = SchedulerAccount.currentThread() else { return }
    #expect(SchedulerAccount.threads().contains(thread))
    let before = SchedulerAccount.waitingSeconds([thread])
    #expect(SchedulerAccount.waitingSeconds([thread]) >= before)
  }
}
