internal import ViTArchitecture
internal import ViTLatency
internal import ViTNumerics
package import ViTSearch

/// Describes a plan, and the time that it took, as text.
package enum PlanTable {
  /// All members with their predicted latencies.
  package static func text(_ plan: StudyPlan) -> String {
    var table = TextTable([
      ("member", .left), ("target", .left), ("predicted", .right), ("parameters", .right), ("MACs", .right),
      ("E", .right), ("depth", .right),
    ])
    for member in plan.members {
      let architecture = member.architecture
      table.add([
        member.name, member.targets.joined(separator: " "), ReadableNumber.latency(member.latency.seconds),
        ReadableNumber.count(Double(architecture.parameterCount)),
        ReadableNumber.count(Double(architecture.multiplyAccumulates)), "\(architecture.embedding)",
        "\(architecture.depth)",
      ])
    }
    return table.text
  }

  /// What was drawn and what will be trained, in a few lines.
  package static func summary(_ plan: StudyPlan) -> String {
    let drawing = plan.drawing
    var parts = ["\(drawing.feasible) feasible", "\(drawing.duplicates) duplicates"]
    if drawing.invalid > 0 { parts.append("\(drawing.invalid) invalid") }
    if drawing.unpredictable > 0 { parts.append("\(drawing.unpredictable) beyond the latency model") }
    parts += drawing.excluded.filter { $0.count > 0 }.map { "\($0.count) excluded by \($0.constraint)" }
    let targets = plan.targets.map { "\($0.label) = \(ReadableNumber.latency($0.seconds))" }
    let candidates = plan.members.count { $0.role == .candidate }
    let baselines = plan.members.count { $0.role == .baseline }
    let lines =
      [
        "drawn: \(drawing.drawn) points: \(parts.joined(separator: ", "))",
        "targets for a batch: \(targets.joined(separator: ", "))",
        "plan: \(candidates) candidates and \(baselines) baselines\(plan.trains ? "" : ", nothing is trained")",
      ] + plan.stages.map { "  \($0)" }
    return (lines + plan.notes.map { "note: \($0)" }).joined(separator: "\n")
  }

  /// "3:52 (latency 0:31, drawing 0:01, training 3:05, measuring 0:12, testing 0:03)".
  package static func times(_ clock: PhaseClock) -> String {
    let parts = StudyPhase.allCases.compactMap { phase in
      clock.seconds[phase].map { "\(phase.rawValue) \(ReadableNumber.clock($0))" }
    }
    return "\(ReadableNumber.clock(clock.total)) (\(parts.joined(separator: ", ")))"
  }
}
