import ViTArchitecture
import ViTLatency
import ViTReport
import ViTSearch

/// A study with everything that a report can show, and names that a page must not take for markup.
enum ReportExample {
  static let hostileName = "</script><script>document.documentElement.dataset.hacked = 1</script>"
  static let hostileMember =
    "\"><img src=x onerror='document.documentElement.dataset.hacked = 1'><!--&amp;\u{2028}${1}{{1}}"

  static func content(study: String = "example", isHostile: Bool = false) -> ReportContent {
    let name = isHostile ? hostileName : study
    let points = points(isHostile: isHostile)
    return ReportContent(
      study: name,
      answers: [
        "At 0.5x latency \(points[3].name) beats DeiT by 0.9 points [0.4, 1.5], P = 0.998, 5 seeds; random search at "
          + "equal budget reaches 82.1% [81.6, 82.6]."
      ],
      warnings: ["The sentences of \(name) were made up."],
      provenance: [.init("Device", "Some CPU <2 cores> & \"more\""), .init("Seed", "1")],
      latencyConditions: LatencyConditions(
        device: "Some CPU", engine: "nvit", batchSize: 64, threads: 2, precision: "float32",
        date: "2026-01-01T00:00:00Z"),
      targets: [.init(label: "0.25x", seconds: 5.2e-3), .init(label: "0.5x", seconds: 10.3e-3)], points: points,
      history: history, rungs: rungs(points),
      latencyChecks: points.map {
        .init(
          name: $0.name, role: $0.role, predicted: ($0.predictedLatency ?? .init(1)).value,
          measured: $0.measuredLatency ?? .init(1))
      },
      profiles: [points[3], points[0]].map { .init(name: $0.name, role: $0.role, architecture: $0.architecture) })
  }

  /// By milliseconds and accuracy; the last candidate diverged.
  private static func points(isHostile: Bool) -> [ReportContent.Point] {
    let figures: [(String, ReportContent.Role, Double, Double?, Bool)] = [
      ("deit-32", .baseline, 6.2, 0.791, true), ("random-1", .random, 6.9, 0.788, false),
      ("deit-48", .baseline, 11.9, 0.824, false), ("nvit-0.5x-0badcafe", .candidate, 10.2, 0.834, true),
      ("nvit-0.5x-12345678", .candidate, 10, 0.811, false), ("random-2", .random, 10.8, 0.821, false),
      ("deit-64", .baseline, 20.4, 0.847, true), ("nvit-0.5x-deadbeef", .candidate, 9.7, nil, false),
    ]
    return figures.map { name, role, milliseconds, accuracy, isOnFront in
      .init(
        name: isHostile ? "\(name)\(hostileMember)" : name, role: role, isOnFront: isOnFront,
        targets: role == .candidate ? ["0.5x"] : [],
        predictedLatency: .init(
          milliseconds * 0.96e-3, lower: milliseconds * 0.9e-3, upper: milliseconds * 1.02e-3),
        measuredLatency: .init(
          milliseconds * 1e-3, lower: milliseconds * 0.99e-3, upper: milliseconds * 1.01e-3, count: 20),
        accuracy: accuracy.map { .init($0, lower: $0 - 0.006, upper: $0 + 0.006, count: 5) },
        testAccuracy: isOnFront ? accuracy.map { .init($0 - 0.004) } : nil,
        architecture: role == .candidate
          ? .revit(embedding: 192, rule: .table) : .deit(embedding: 192),
        values: role == .candidate ? [isHostile ? hostileName : "rule.mlp": 2.5] : [:],
        probabilityAboveBaselines: role == .candidate && accuracy != nil ? 0.998 : nil)
    }
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

  private static func rungs(_ points: [ReportContent.Point]) -> ReportContent.RungAudit {
    .init(
      trials: points.enumerated().compactMap { index, point in
        guard let accuracy = point.accuracy?.value else { return nil }
        let samples = [5_000, 20_000, 80_000].prefix(index % 2 == 0 ? 3 : 1)
        return .init(
          name: point.name, role: point.role, isAudit: index == 4,
          rungs: samples.enumerated().map {
            .init(samplesSeen: $1, accuracy: accuracy - 0.06 * Double(2 - $0) + 0.004 * Double(index % 3))
          })
      },
      agreements: [
        .init(earlierSamples: 5_000, laterSamples: 80_000, tau: .init(0.62, lower: 0.31, upper: 0.84, count: 12))
      ])
  }
}
