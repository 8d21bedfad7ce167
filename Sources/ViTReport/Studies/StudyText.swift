internal import Foundation
internal import ViTFiles
internal import ViTLatency
internal import ViTNumerics
package import ViTStorage

/// Studies as people read about them.
package enum StudyText {
  /// One line for each study.
  package static func list(_ studies: [StudySummary]) -> String {
    var table = TextTable([
      ("study", .left), ("name", .left), ("state", .left), ("members", .right), ("trials", .right), ("failed", .right),
      ("front", .right), ("best %", .right), ("time", .right), ("begun", .left),
    ])
    for study in studies {
      let isReadable = study.problem == nil && study.state != .older
      func cell(_ text: String) -> String { isReadable ? text : "" }
      table.add([
        study.folder, study.name ?? "", study.state.rawValue, cell("\(study.members)"),
        cell("\(study.finishedTrials)"), cell("\(study.failedTrials)"), cell(study.frontSize.map { "\($0)" } ?? ""),
        cell(study.bestAccuracy.map { ReadableNumber.percent($0) } ?? ""), cell(ReadableNumber.clock(study.seconds)),
        study.created ?? "",
      ])
    }
    return table.text + studies.compactMap(\.problem).map { "note: \($0)\n" }.joined()
  }

  /// Everything about one study.
  package static func description(_ study: StudyDescription) -> String {
    let summary = study.summary
    let libraries = study.libraries.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    var trials = "\(summary.finishedTrials) finished"
    if summary.failedTrials > 0 { trials += ", \(summary.failedTrials) of them diverged" }
    if summary.openTrials > 0 { trials += ", \(summary.openTrials) begun" }
    if summary.repeatedTrials > 0 { trials += ", \(summary.repeatedTrials) begun more than once" }
    let phases = study.phases.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    var lines = [
      ("study", "\(summary.name ?? "") (\(summary.folder))"), ("state", summary.state.rawValue),
      ("begun", "\(summary.created ?? ""), with nvit \(study.version), seed \(study.seed)"),
      ("device", summary.device ?? ""), ("libraries", libraries.joined(separator: ", ")),
      ("space", "SHA-256 \(study.spaceDigest)"), ("latencies", study.latencySource ?? ""),
      (
        "targets",
        study.targets.map { "\($0.label) = \(ReadableNumber.latency($0.seconds))" }.joined(separator: ", ")
      ), ("trials", trials + (phases.isEmpty ? "" : " (\(phases))")), ("time", ReadableNumber.clock(summary.seconds)),
    ]
    for (index, run) in study.runs.enumerated() {
      let time = ReadableNumber.clock(run.phaseSeconds.values.reduce(0, +))
      lines.append(
        ("run \(index + 1)", "\(run.started), \(run.state.rawValue), \(time), threads \(run.threads)"))
    }
    lines += study.notes.map { ("note", $0) }
    lines += study.warnings.filter { !study.notes.contains($0) }.map { ("warning", $0) }
    let text = lines.map { $0.0.padding(toLength: 11, withPad: " ", startingAt: 0) + $0.1 + "\n" }.joined()
    let answers = study.answers.map { $0 + "\n" }.joined()
    return text + "\n" + answers + (answers.isEmpty ? "" : "\n") + members(study.members)
  }

  private static func members(_ members: [LeaderboardRow]) -> String {
    var table = TextTable([
      ("member", .left), ("role", .left), ("front", .left), ("latency", .right), ("accuracy %", .right),
      ("test %", .right),
      ("trainings", .right), ("diverged", .right), ("rung", .right), ("parameters", .right), ("MACs", .right),
    ])
    for member in members {
      table.add([
        member.name, member.role, member.isOnFront ? "✓" : "", member.latencySeconds.map(ReadableNumber.latency) ?? "",
        member.accuracy.map { ReadableNumber.percent($0) } ?? "",
        member.testAccuracy.map { ReadableNumber.percent($0) } ?? "", "\(member.trainings)", "\(member.failed)",
        member.rung.map { "\($0)" } ?? "", ReadableNumber.count(Double(member.parameters)),
        ReadableNumber.count(Double(member.multiplyAccumulates)),
      ])
    }
    return table.text
  }

  /// What was rescued of a damaged study.
  package static func salvage(_ report: SalvageReport, _ destination: String) -> String {
    let (trials, members) = (report.trials, report.members)
    func count(_ count: SalvageReport.Count) -> String {
      count.rescued < count.known ? "\(count.rescued) of at least \(count.known)" : "all \(count.known)"
    }
    let next =
      report.isResumable
      ? "go on with: nvit explore SPACE --to \(ShellWord.quoted(destination)) --resume"
      : "the plan is lost: the study can be looked at, but not resumed"
    return """
      trials     \(count(trials)) that were begun; \(report.finishedTrials) of those rescued had finished
      members    \(count(members))
      front      \(report.hasFront ? "rescued" : "none")
      written    \(destination)
      \(next)

      """
  }
}
