internal import Foundation
package import ViTArchitecture
package import ViTLatency
internal import ViTNumerics

/// Measures real models on this device, interleaved, and each beside a reference network.
///
/// All models are built first. Then round follows round; in each, every model that is not yet known well enough is
/// timed a few times between timings of the reference network, in an order shuffled anew, so that a machine that warms
/// up or slows down does so for all models alike. What counts is the ratio of neighbouring timings; a model is done when
/// the distribution-free 95% interval of its median is tight enough, and its seconds are the ratio times what the
/// reference network took undisturbed over the whole series. When the budget ends, everything stops; each model has then
/// been through at least one round, whatever the budget.
///
/// Timings during which another program took a processor away, as the scheduler says of every thread, are left out, but
/// for the least disturbed if there are too few others: a latency is that of a model that has the machine to itself.
/// Where the system grants it, the models' threads go before other programs during a round.
///
/// Calls block the caller's thread.
package struct DeviceLatencyMeter: LatencyMeasuring {
  /// Everything but the date, which is set when a measurement starts.
  package let conditions: LatencyConditions
  package let settings: MeasurementSettings
  private let seed: UInt64
  private let builder: ModelBuilder
  private let clock: MeasurementClock
  private let priority: MeasuringPriority

  /// - Parameters:
  ///   - seed: Of the order of models within a round.
  package init(
    conditions: LatencyConditions, settings: MeasurementSettings = .init(), seed: UInt64 = 0, builder: ModelBuilder,
    clock: MeasurementClock = .system, priority: MeasuringPriority = .standard
  ) {
    self.conditions = conditions
    self.settings = settings
    self.seed = seed
    self.builder = builder
    self.clock = clock
    self.priority = priority
  }

  package func now() -> Double { clock.seconds() }

  package func measure(
    _ architectures: [Architecture], beside reference: Architecture?, budgetSeconds: Double,
    progress: @Sendable (Double) -> Bool
  ) throws -> [LatencyRecord] {
    guard let reference = reference ?? architectures.first else { return [] }
    var conditions = conditions
    conditions.date = Date().formatted(.iso8601)
    let start = now()
    guard progress(0) else { throw CancellationError() }
    var timedReference = try build(reference)
    timedReference.start(settings, clock)
    let groups = groups(of: architectures)
    let costs = groups.map { group in
      group.reduce(0) { $0 + Double(architectures[$1].multiplyAccumulates + reference.multiplyAccumulates) }
    }
    var done: [Int: PairedSeries] = [:]
    for (position, group) in groups.enumerated() {
      let share = costs[position] / max(costs[position...].reduce(0, +), 1)
      let remaining = max(0, start + budgetSeconds - now())
      let series = try measure(
        group.map { architectures[$0] }, beside: &timedReference, stream: UInt64(position),
        deadline: now() + share * remaining
      ) { settled in
        let share = (Double(done.count) + settled) / Double(architectures.count)
        return progress(min(1, max(share, (now() - start) / max(budgetSeconds, .leastNormalMagnitude))))
      }
      for (index, series) in zip(group, series) { done[index] = series }
    }
    let (seconds, digest) = (timedReference.quietSeconds, reference.digest)
    return architectures.indices.compactMap { index in
      var record = done[index]?.record(
        conditions, reference: timedReference, digest: digest, referenceSeconds: seconds)
      record?.priority = priority.granted
      return record
    }
  }

  /// Measures models that fit into memory together.
  ///
  /// - Parameter progress: Called after each visit with the number of models that are done.
  private func measure(
    _ architectures: [Architecture], beside reference: inout TimedModel, stream: UInt64, deadline: Double,
    progress: (Double) -> Bool
  ) throws -> [PairedSeries] {
    var random = CounterRandom(seed: seed, purpose: "latency.order", stream: stream)
    var series: [PairedSeries] = []
    for architecture in architectures {
      guard progress(0) else { throw CancellationError() }
      series.append(PairedSeries(model: try build(architecture)))
    }
    var open = Array(series.indices)
    while !open.isEmpty {
      open.shuffle(using: &random)
      for index in open {
        if series[index].rounds > 0, now() >= deadline { return series }
        let threads = series[index].threads.union(reference.threads)
        priority.raising(threads) { series[index].runRound(beside: &reference, settings: settings, clock: clock) }
        guard progress(Double(series.count - open.count)) else { throw CancellationError() }
      }
      open.removeAll { series[$0].isDone(settings, reference) }
    }
    return series
  }

  /// Builds a model and notes the threads that it runs on: this one, and those that it starts.
  private func build(_ architecture: Architecture) throws -> TimedModel {
    let own = SchedulerAccount.currentThread().map { Set([$0]) } ?? []
    let before = clock.threads()
    // Threads that start meanwhile are given back their priority with the first round.
    let model = try priority.raising(own) {
      try builder.build(architecture, conditions.batchSize, conditions.threads)
    }
    let threads = clock.threads().subtracting(before).union(own)
    return TimedModel(model: model, threads: threads)
  }

  /// Indices of the architectures in groups that fit into memory; members of a group are drawn at random, so that
  /// groups do not differ in kind.
  private func groups(of architectures: [Architecture]) -> [[Int]] {
    var random = CounterRandom(seed: seed, purpose: "latency.groups")
    var groups: [[Int]] = []
    var filled = Double.infinity
    for index in architectures.indices.shuffled(using: &random) {
      let bytes = architectures[index].inferenceBytes(
        batchSize: conditions.batchSize, threads: conditions.threads)
      if filled + bytes > settings.memoryBytes {
        groups.append([])
        filled = 0
      }
      groups[groups.count - 1].append(index)
      filled += bytes
    }
    return groups
  }
}
