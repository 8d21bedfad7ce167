internal import Foundation
internal import ViTArchitecture
package import ViTLatency
internal import ViTNumerics

/// Measures members of a space and fits a latency model to them.
package struct LatencyModelling: Sendable {
  /// The largest number of models measured, however large the budget.
  package var maximumModels = 128
  private let meter: DeviceLatencyMeter
  private let seed: UInt64

  package init(meter: DeviceLatencyMeter, seed: UInt64 = 0) {
    self.meter = meter
    self.seed = seed
  }

  /// A model of few networks, or whose error for networks left out is above `LatencyModel.acceptableError`, measures on: more networks, or if
  /// there are none, those again that are known least well. It stops at `longestShare` times the budget; what is left of
  /// the error is then said by `LatencyModel.warning`.
  ///
  /// - Parameters:
  ///   - members: Of the space that the model is to speak for.
  ///   - budgetSeconds: Wall-clock time to measure for. The baselines and the most extreme members are measured at
  ///     least once even if that takes longer.
  ///   - progress: Called with the fraction done, 0 to 1; returning `false` asks to stop.
  /// - Throws: `CancellationError` when `progress` returned `false`; `LatencyError` when there is nothing to measure.
  package func model(
    for members: SpaceMembers, budgetSeconds: Double, progress: @Sendable (Double) -> Bool
  ) throws -> LatencyModel {
    let start = meter.now()
    let plan = MeasurementPlan(members, seed: seed, limit: maximumModels)
    let chosen = try choose(from: plan, beside: members.reference, budgetSeconds: budgetSeconds, progress: progress)
    var measured = try measure(
      chosen, plan, beside: members.reference, budgetSeconds: budgetSeconds - (meter.now() - start), progress: progress)
    var model = try LatencyModel(fitting: measured)
    let end = start + Self.longestShare * budgetSeconds
    let enough = min(Self.fewest, plan.required.count + plan.optional.count)
    while model.warning != nil || measured.count < enough, meter.now() < end {
      let known = Set(measured.map(\.architecture))
      var next = Array(plan.optional.filter { !known.contains($0) }.prefix(Self.furtherModels))
      if next.isEmpty { next = Self.leastKnown(measured) }
      let seconds = min(end - meter.now(), Self.furtherShare * budgetSeconds)
      let further = try measure(next, plan, beside: members.reference, budgetSeconds: seconds) { _ in progress(1) }
      measured = Self.joined(measured, further)
      model = try LatencyModel(fitting: measured)
    }
    return model
  }

  /// Where measuring ends, as a share of the budget, whatever the error is.
  package static let longestShare = 3.0
  /// How long it goes on before it looks at the error again.
  private static let furtherShare = 0.4
  private static let furtherModels = 16
  /// Of fewer networks the errors of those left out say little.
  private static let fewest = 32

  private func measure(
    _ architectures: [Architecture], _ plan: MeasurementPlan, beside reference: Architecture, budgetSeconds: Double,
    progress: @Sendable (Double) -> Bool
  ) throws -> [LatencyModel.Measurement] {
    let records = try meter.measure(
      architectures, beside: reference, budgetSeconds: max(0, budgetSeconds), progress: progress)
    return zip(architectures, records).map {
      LatencyModel.Measurement(architecture: $0, record: $1, isAuxiliary: plan.auxiliary.contains($0))
    }
  }

  /// The third with the widest intervals.
  private static func leastKnown(_ measured: [LatencyModel.Measurement]) -> [Architecture] {
    let sorted = measured.sorted {
      ($0.relativeHalfWidth, $1.architecture.depth) > ($1.relativeHalfWidth, $0.architecture.depth)
    }
    return sorted.prefix(max(1, measured.count / 3)).map(\.architecture)
  }

  /// Two series on the time that the reference network took in the first. Of a network in both, the better known record
  /// stays.
  private static func joined(
    _ first: [LatencyModel.Measurement], _ second: [LatencyModel.Measurement]
  ) -> [LatencyModel.Measurement] {
    var joined = first
    for var measurement in second {
      if let seconds = first.first?.record.referenceSeconds {
        measurement.record = measurement.record.rebased(onto: seconds)
      }
      guard let index = joined.firstIndex(where: { $0.architecture == measurement.architecture }) else {
        joined.append(measurement)
        continue
      }
      if measurement.relativeHalfWidth < joined[index].relativeHalfWidth { joined[index] = measurement }
    }
    return joined
  }

  /// As many architectures of the plan as the budget allows to measure well, at least the required ones.
  ///
  /// Where the budget is short, many models known less well tell more than a few known exactly; and where it is shorter
  /// still, cheap ones are taken first.
  private func choose(
    from plan: MeasurementPlan, beside reference: Architecture, budgetSeconds: Double,
    progress: @Sendable (Double) -> Bool
  ) throws -> [Architecture] {
    let all = plan.required + plan.optional
    // One member of middling size tells what a multiply-accumulate costs, and what building a model does.
    let pilot = all.sorted { $0.multiplyAccumulates < $1.multiplyAccumulates }[all.count / 2]
    let start = meter.now()
    let record = try meter.measure([pilot], beside: reference, budgetSeconds: 0) { _ in progress(0) }
    guard let record = record.first else { return all }
    let settings = meter.settings
    let referenceRun = max(record.referenceSeconds ?? record.seconds, settings.minimumSampleSeconds)
    let perSample = Double(settings.warmups + 1)
    // Building the pilot and the reference.
    let running =
      record.seconds * Double(record.warmups + record.repetitions)
      + referenceRun * (Double(settings.firstWarmups) + perSample * Double(settings.samplesPerRound + 1))
    let building = max(0, meter.now() - start - running) / 2
    let secondsOfRun = { (architecture: Architecture) -> Double in
      let share = Double(architecture.multiplyAccumulates) / Double(pilot.multiplyAccumulates)
      return max(record.seconds * share, settings.minimumSampleSeconds)
    }
    var chosen: [Architecture] = []
    for rounds in [settings.minimumRounds + 1, 3, 2] {
      let runs = Double(settings.firstWarmups) + Double(rounds * settings.samplesPerRound) * perSample
      let referenceRuns = Double(rounds * (settings.samplesPerRound + 1)) * perSample
      let cost = { building + runs * secondsOfRun($0) + referenceRuns * referenceRun }
      let left = budgetSeconds - (meter.now() - start) - plan.required.reduce(0) { $0 + cost($1) }
      chosen = plan.required + Self.affordable(plan.optional, cost: cost, budget: left)
      if chosen.count >= min(Self.enough, all.count) { return chosen }
      let share = max(0, left) / Double(Self.enough)
      chosen = plan.required + Self.affordable(plan.optional.filter { cost($0) <= share }, cost: cost, budget: left)
    }
    return chosen
  }

  /// The first architectures that together cost no more than the budget.
  private static func affordable(
    _ architectures: [Architecture], cost: (Architecture) -> Double, budget: Double
  ) -> [Architecture] {
    var left = budget
    return Array(
      architectures.prefix { architecture in
        left -= cost(architecture)
        return left > 0
      })
  }

  /// Models that make a good fit.
  private static let enough = 48
}

extension LatencyModel.Measurement {
  fileprivate var relativeHalfWidth: Double { (record.ratio ?? record.latency).relativeHalfWidth ?? .infinity }
}
