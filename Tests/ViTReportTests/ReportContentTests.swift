import Foundation
import SearchTestSupport
import Testing
import ViTReport
import ViTSearch

/// On a study whose trainings are arithmetic.
@Suite struct `A report's content, from a study's files` {
  private func study() async throws -> (front: FrontDocument, content: ReportContent) {
    let plan = try TwoBlocks.plan()
    let store = MemoryTrialStore(members: plan.members)
    let front = try await FakeStudy.run(plan, store: store)
    let content = ReportContent(
      front, plan: plan, records: try store.records(), provenance: FakeStudy.provenance())
    return (front, content)
  }

  @Test func `says for each target what was reached`() async throws {
    let (front, content) = try await study()
    #expect(content.baselineFamily == "DeiT")
    #expect(content.answers == front.answers && !content.answers.isEmpty)
    for comparison in front.comparisons {
      #expect(content.answers.contains { $0.contains(comparison.winner) }, "\(comparison)")
    }
    #expect(content.warnings.contains { $0.contains("not corrected for having picked the best") })
  }

  @Test func `has every member with its figures`() async throws {
    let (front, content) = try await study()
    #expect(content.points.map(\.name) == front.entries.map(\.name))
    for (point, entry) in zip(content.points, front.entries) {
      #expect(point.parameters == entry.parameters && point.multiplyAccumulates == entry.multiplyAccumulates)
      #expect(point.latency?.value == entry.latencySeconds)
      #expect(point.accuracy?.value == entry.validation?.mean && point.accuracy?.count == 2)
    }
    #expect(content.latencyChecks.count == front.entries.count)
    // The best candidate of each of two targets, and three baselines.
    #expect(
      content.profiles.count { $0.role == .candidate } <= 2 && content.profiles.count { $0.role == .baseline } == 3)
  }

  /// After the last trial everything is known that the front knows.
  @Test func `follows the hypervolume from nothing to what the front covers`() async throws {
    let (front, content) = try await study()
    let history = content.history
    let trials = history.map(\.trial).max() ?? 0
    #expect(trials >= 2 * front.entries.count)
    let arms = [
      "all members": front.hypervolume.front, "candidates": front.hypervolume.candidates.value,
      "DeiT": front.hypervolume.baselines.value,
    ]
    #expect(Set(history.map(\.arm)) == Set(arms.keys))
    for (arm, volume) in arms {
      let samples = history.filter { $0.arm == arm }
      #expect(samples.map(\.trial) == Array(0...trials))
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
