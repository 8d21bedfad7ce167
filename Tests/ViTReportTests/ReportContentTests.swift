import Foundation
import Testing
import ViTReport
import ViTSearch

/// On the study that the repository keeps, whose figures are in its `pareto.json`.
@Suite struct `A report's content, from a study's files` {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../outputs/quickstart-reference").standardizedFileURL.path

  private func content() throws -> ReportContent {
    ReportContent(
      try StudyExport.front(of: Self.folder), plan: try StudyPlan(contentsOf: "\(Self.folder)/plan.json"),
      records: [], provenance: nil)
  }

  @Test func `says for each target what was reached`() throws {
    let content = try content()
    #expect(content.baselineFamily == "DeiT")
    #expect(content.answers.count == content.targets.count + 1)
    #expect(
      content.answers[0] == """
        At 0.3x latency (1.13 ms), nvit-0.3x-f521ad1c reaches 81.7% [81.0, 82.4] over 3 seeds; P(above DeiT of equal \
        latency) = 0.93.
        """)
    #expect(content.warnings.contains { $0.contains("not corrected for having picked the best") })
  }

  @Test func `has every member with its figures`() throws {
    let front = try StudyExport.front(of: Self.folder)
    let content = try content()
    #expect(content.points.map(\.name) == front.entries.map(\.name))
    for (point, entry) in zip(content.points, front.entries) {
      #expect(point.parameters == entry.parameters && point.multiplyAccumulates == entry.multiplyAccumulates)
      #expect(point.latency?.value == entry.latencySeconds)
      #expect(point.accuracy?.value == entry.validation?.mean && point.accuracy?.count == 3)
    }
    #expect(content.latencyChecks.count == front.entries.count)
    // The best candidate of each of three targets, and four baselines.
    #expect(
      content.profiles.map(\.role) == [.candidate, .candidate, .candidate, .baseline, .baseline, .baseline, .baseline])
  }

  /// After the last trial everything is known that the front knows.
  @Test func `follows the hypervolume from nothing to what the front covers`() throws {
    let front = try StudyExport.front(of: Self.folder)
    let history = try content().history
    let arms = [
      "all members": front.hypervolume.front, "candidates": front.hypervolume.candidates,
      "DeiT": front.hypervolume.baselines,
    ]
    #expect(Set(history.map(\.arm)) == Set(arms.keys))
    for (arm, volume) in arms {
      let samples = history.filter { $0.arm == arm }
      #expect(samples.map(\.trial) == Array(0...30))
      #expect(samples.first?.hypervolume == 0 && samples.first?.seconds == 0)
      // Means added up in another order differ in the last digits.
      #expect(abs(try #require(samples.last?.hypervolume) / volume - 1) < 1e-12)
      #expect(samples.map(\.seconds) == samples.map(\.seconds).sorted())
    }
  }

  @Test func `survives being written and read`() throws {
    let content = ReportExample.content(isHostile: true)
    #expect(try JSONDecoder().decode(ReportContent.self, from: JSONEncoder().encode(content)) == content)
  }

  @Test func `of a search without training says that nothing was trained`() throws {
    let front = try Example.front(isTrained: false, notes: ["nothing was trained: predictions only"])
    let content = ReportContent(front, plan: nil, records: [], provenance: nil)
    #expect(content.warnings.prefix(1) == ["Nothing was trained: predictions only."])
    #expect(content.history.isEmpty && content.latencyChecks.isEmpty)
    #expect(content.answers.allSatisfy { !$0.contains("%") || $0.contains("hypervolume") })
  }
}
