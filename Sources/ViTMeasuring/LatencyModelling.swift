internal import Foundation
internal import ViTArchitecture
package import ViTLatency

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

  /// - Parameters:
  ///   - members: Of the space that the model is to speak for.
  ///   - budgetSeconds: Wall-clock time to measure for. The baselines and the most extreme members are measured at
  ///     least once even if that takes longer.
  ///   - progress: Called with the fraction done, 0 to 1; returning `false` asks to stop.
  /// - Throws: `CancellationError` when `progress` returned `false`; `LatencyError` when there is too little to fit to.
  package func model(
    for members: SpaceMembers, budgetSeconds: Double, progress: @Sendable (Double) -> Bool
  ) throws -> LatencyModel {
    let start = meter.now()
    let plan = MeasurementPlan(members, seed: seed, limit: maximumModels)
    let chosen = try choose(from: plan, beside: members.reference, budgetSeconds: budgetSeconds, progress: progress)
    let spent = meter.now() - start
    let records = try meter.measure(
      chosen, beside: members.reference, budgetSeconds: max(0, budgetSeconds - spent), progress: progress)
    return try LatencyModel(
      fitting: zip(chosen, records).map { LatencyModel.Measurement(architecture: $0, record: $1) })
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
