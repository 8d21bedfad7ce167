internal import ViTArchitecture
internal import ViTFiles
package import ViTLatency
internal import ViTNumerics

/// Makes a plan whose candidates keep their targets as measured, not as predicted.
///
/// What a plan chooses is measured for some seconds beside the baselines, the model is corrected by that, and the plan made
/// anew, until all that is chosen was measured and lies within the tolerance, or for so many rounds. Candidates of the
/// search and of random search are treated alike. At the end only what was measured is chosen from; what then misses its
/// target is the nearest there is.
package enum TargetKeeping {
  /// How often what was chosen is measured, at the most.
  package static let rounds = 5
  /// Seconds of measuring for each network.
  package static let secondsPerMember = 0.2

  /// A plan, and the model with the measurements that it rests on.
  package struct Outcome: Sendable {
    package var plan: StudyPlan
    package var model: LatencyModel
    /// Networks that were measured now; 0 where all had been before.
    package var measured: Int
  }

  /// The plan is a function of the problem and of the model that is returned: with that model, nothing is measured again and
  /// the same plan comes out.
  ///
  /// - Parameters:
  ///   - measuring: Measures on the device that the model speaks for.
  ///   - progress: Called with the fraction done; returning `false` asks to stop.
  /// - Throws: As `StudyPlan.init`, and what measuring throws.
  package static func plan(
    _ problem: SearchProblem, model: LatencyModel, measuring: any LatencyMeasuring, latencySource: String,
    progress: @Sendable (Double) -> Bool = { _ in true }
  ) throws -> Outcome {
    var model = model
    var measured = 0
    let identity = try identity(of: problem)
    if !model.settled.contains(identity) {
      let reference = try reference(problem, model)
      for round in 0..<rounds {
        let share = { @Sendable (fraction: Double) in (Double(round) + fraction) / Double(rounds + 1) }
        let plan = try StudyPlan(
          problem, predictor: model, latencySource: latencySource, admission: round == 0 ? .reachable : .nearest
        ) { progress(share(0.5 * $0)) }
        let unknown = plan.members.map(\.architecture).filter { model.check(of: $0) == nil }
        if unknown.isEmpty { break }
        let records = try measuring.measure(
          unknown, beside: reference.architecture, budgetSeconds: secondsPerMember * Double(unknown.count)
        ) { progress(share(0.5 + 0.5 * $0)) }
        guard records.count == unknown.count else {
          throw SearchError(.badStudy, "\(unknown.count) latencies were to be measured, but \(records.count) came back")
        }
        model = try model.checked(
          by: zip(unknown, records).map { architecture, record in
            guard record.seconds > 0, record.seconds.isFinite else {
              throw SearchError(.badStudy, "a measured latency is \(record.seconds) s")
            }
            return .init(architecture: architecture, record: record.rebased(onto: reference.seconds))
          })
        measured += unknown.count
      }
      model.settled.append(identity)
    }
    var plan = try StudyPlan(
      problem, predictor: model, latencySource: latencySource, admission: .measured
    ) { progress((Double(rounds) + $0) / Double(rounds + 1)) }
    for index in plan.members.indices {
      plan.members[index].measured = model.check(of: plan.members[index].architecture)
    }
    return Outcome(plan: plan, model: model, measured: measured)
  }

  /// What everything is measured beside, and what it takes by the model.
  private static func reference(
    _ problem: SearchProblem, _ model: LatencyModel
  ) throws -> (architecture: Architecture, seconds: Double) {
    let digest = model.measurements.lazy.compactMap(\.record.reference).first
    guard
      let reference = problem.baselines.first?.architecture
        ?? model.measurements.first(where: { $0.architecture.digest == digest })?.architecture
        ?? model.measurements.first?.architecture
    else { throw SearchError(.unpredictable, "the latency model holds no measurement") }
    return (reference, try model.referenceSeconds(of: reference))
  }

  /// What a choice of candidates depends on, beside the space and the model.
  private static func identity(of problem: SearchProblem) throws -> String {
    var parts = [try JSONDocument.field(problem.budget, named: "the budget"), "\(problem.trains)"]
    parts += problem.targets.map { "\($0)" } + problem.constraints.map(\.text)
    parts += problem.baselines.map { "\($0.name) \($0.architecture.digest)" }
    return SHA256.hexDigest(parts.joined(separator: "\n").utf8)
  }
}
