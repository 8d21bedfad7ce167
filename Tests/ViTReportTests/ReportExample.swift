import ViTArchitecture
import ViTLatency
import ViTNumerics
import ViTReport
import ViTSearch

/// A study with everything that a report can show, and names that a page must not take for markup.
enum ReportExample {
  static let hostileName = "</script><script>document.documentElement.dataset.hacked = 1</script>"
  static let hostileMember =
    "\"><img src=x onerror='document.documentElement.dataset.hacked = 1'><!--&amp;\u{2028}${1}{{1}}"

  static func content(study: String = "example", isHostile: Bool = false) throws -> ReportContent {
    let front = try front(isHostile: isHostile)
    return ReportContent(
      front, study: isHostile ? hostileName : study,
      provenance: [.init("Device", "Some CPU <2 cores> & \"more\""), .init("Seed", "1")], history: history,
      rungs: rungs(front.entries))
  }

  /// By milliseconds and accuracy; the last candidate diverged.
  private static func front(isHostile: Bool) throws -> FrontDocument {
    let figures: [(String, MemberRole, Double, Double?, Bool)] = [
      ("deit-32", .baseline, 6.2, 0.791, true), ("random-1", .randomSearch, 6.9, 0.788, false),
      ("deit-48", .baseline, 11.9, 0.824, false), ("nvit-0.5x-0badcafe", .candidate, 10.2, 0.834, true),
      ("nvit-0.5x-12345678", .candidate, 10, 0.811, false), ("random-2", .randomSearch, 10.8, 0.821, false),
      ("deit-64", .baseline, 20.4, 0.847, true), ("nvit-0.5x-deadbeef", .candidate, 9.7, nil, false),
    ]
    let best = "nvit-0.5x-0badcafe\(isHostile ? hostileMember : "")"
    var front = try Example.front(
      figures.map { name, role, milliseconds, accuracy, isOnFront in
        Example.Member(
          name: isHostile ? "\(name)\(hostileMember)" : name, isBaseline: role == .baseline,
          isRandom: role == .randomSearch, isOnFront: isOnFront, milliseconds: milliseconds,
          accuracy: accuracy.map { Array(repeating: $0, count: 5) } ?? [],
          targets: role == .candidate ? ["0.5x"] : [],
          probability: role == .candidate && accuracy != nil ? 0.998 : nil)
      },
      notes: ["the sentences of \(isHostile ? hostileName : "example") were made up"],
      answers: [
        "At 0.5x latency \(best) beats DeiT by 0.9 points [0.4, 1.5], P = 0.998, 5 seeds; random search at equal budget "
          + "reaches 82.1% [81.6, 82.6]."
      ])
    for (index, (_, role, milliseconds, accuracy, isOnFront)) in figures.enumerated() {
      front.entries[index].predictedLatency = Estimate(
        predictedSeconds: milliseconds * 0.96e-3, uncertainty: milliseconds * 0.06e-3)
      front.entries[index].values = role == .candidate ? [isHostile ? hostileName : "rule.mlp": 2.5] : [:]
      front.entries[index].architecture =
        role == .candidate ? .revit(embedding: 192, rule: .table) : .deit(embedding: 192)
      guard let accuracy else { continue }
      front.entries[index].validation?.accuracy = Estimate(accuracy, halfWidth: 0.006, covers: .seeds(5))
      if isOnFront { front.entries[index].test = AccuracySummary([.init(seed: 0, accuracy: accuracy - 0.004)]) }
    }
    return front
  }

  private static let history: [ReportContent.HistorySample] = {
    var samples: [ReportContent.HistorySample] = []
    for (arm, reached) in [("candidates", 0.012), ("random search", 0.0115), ("DeiT", 0.011)] {
      for trial in 0...12 {
        let share = trial == 0 ? 0 : 1 - 0.4 / Double(trial)
        samples.append(.init(arm: arm, trial: trial, seconds: 9.5 * Double(trial), hypervolume: reached * share))
      }
    }
    return samples
  }()

  private static func rungs(_ entries: [FrontEntry]) -> ReportContent.RungAudit {
    .init(
      trials: entries.enumerated().compactMap { index, entry in
        guard let accuracy = entry.validation?.mean else { return nil }
        let samples = [5_000, 20_000, 80_000].prefix(index % 2 == 0 ? 3 : 1)
        return .init(
          name: entry.name, isAudit: index == 4,
          rungs: samples.enumerated().map {
            .init(samplesSeen: $1, accuracy: accuracy - 0.06 * Double(2 - $0) + 0.004 * Double(index % 3))
          })
      },
      agreements: [
        .init(
          earlierSamples: 5_000, laterSamples: 80_000,
          tau: Estimate(0.62, lower: 0.31, upper: 0.84, covers: .simulation), count: 12)
      ])
  }
}
