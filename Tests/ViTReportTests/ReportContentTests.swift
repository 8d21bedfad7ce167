import Foundation
import SearchTestSupport
import Testing
import ViTArchitecture
import ViTNumerics
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
    #expect(content.warnings.contains { $0.contains("the best of its candidates by the trainings that are reported") })
  }

  @Test func `has every member with its figures`() async throws {
    let (front, content) = try await study()
    #expect(content.front == front && !front.entries.isEmpty)
    for entry in front.entries {
      #expect(entry.latency?.value == entry.latencySeconds && entry.measuredLatency != nil)
      #expect(entry.accuracy?.value == entry.validation?.mean && entry.accuracy?.interval?.covers == .seeds(2))
    }
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
    #expect(Set(history.map(\.arm)) == ["all members", "candidates", "DeiT"])
    for arm in Set(history.map(\.arm)) {
      let samples = history.filter { $0.arm == arm }
      #expect(samples.map(\.trial) == Array(0...trials))
      #expect(samples.first?.hypervolume == 0 && samples.first?.seconds == 0)
      #expect(samples.map(\.seconds) == samples.map(\.seconds).sorted())
    }
    // Means added up in another order differ in the last digits.
    let volume = try #require(front.hypervolume)
    let last = try #require(history.last { $0.arm == "all members" }?.hypervolume)
    #expect(abs(last / volume.front - 1) < 1e-12)
  }

  /// The search, random search and the baselines have axes of their own, and the final has no part in it.
  @Test func `follows each way of searching by itself, by the trainings it chose by`() async throws {
    let plan = try TwoBlocks.plan(
      TwoBlocks.problem {
        $0.rungs = [0.25, 1]
        $0.startCandidatesPerTarget = 6
        $0.candidatesPerTarget = 1
        $0.halvingFactor = 3
        $0.audit = 2
        $0.randomSearch = true
      })
    let store = MemoryTrialStore(members: plan.members)
    let front = try await FakeStudy.run(plan, store: store)
    let records = try store.records()
    let content = ReportContent(front, plan: plan, records: records, provenance: nil)
    let trainings = front.arms.map { ReadableNumber.significant($0.trainings) }
    #expect(
      content.provenance.first { $0.name == "Budget" }?.text
        == """
        512 points drawn; search: 12 candidates, \(trainings[0]) whole trainings; random search: \
        \(front.arms[1].candidates) candidates, \(trainings[1]) whole trainings; \(front.entries.count) members with 2 \
        seeds each
        """)
    let history = content.history
    let arms: [String: (phase: TrialPhase, role: MemberRole)] = [
      "candidates": (.search, .candidate), "random search": (.randomSearch, .randomSearch),
      "DeiT": (.baseline, .baseline),
    ]
    #expect(Set(history.map(\.arm)) == Set(arms.keys))
    let scale = try #require(HeightScale([front], byPrediction: true))
    for (arm, kind) in arms {
      let samples = history.filter { $0.arm == arm }
      let own = records.filter { $0.phase == kind.phase }
      #expect(samples.map(\.trial) == Array(0...own.count) && own.count > 1)
      #expect(samples.last?.seconds == own.map(\.outcome.durationSeconds).reduce(0, +))
      let trained = Set(own.map(\.identifier.architectureDigest))
      let points = front.trajectories.filter { trained.contains($0.digest) }.compactMap { trajectory in
        // The audit trains some candidates on, which is not the search's doing.
        let rungs = own.filter { $0.identifier.architectureDigest == trajectory.digest }.map(\.identifier.rung)
        return trajectory.accuracies[rungs.max() ?? 0].map {
          TradeOff(latencySeconds: trajectory.predictedLatencySeconds, value: $0)
        }
      }
      #expect(points.count == trained.count)
      #expect(samples.last?.hypervolume == scale.height(of: points))
    }
  }

  /// Its front is what a page shows; that of a file must be the same as that of the study that wrote it.
  @Test func `is the same from a front that was written and read`() async throws {
    let (front, _) = try await study()
    let read = try FrontDocument(json: Data(front.json().utf8), path: "pareto.json")
    #expect(read.entries.map(\.accuracy) == front.entries.map(\.accuracy))
    #expect(read == front)
  }

  @Test func `of a search without training says that nothing was trained`() throws {
    let front = try Example.front(isTrained: false, notes: ["nothing was trained: predictions only"])
    let content = ReportContent(front, plan: nil, records: [], provenance: nil)
    #expect(content.warnings.prefix(1) == ["Nothing was trained: predictions only."])
    #expect(content.history.isEmpty && content.front.entries.allSatisfy { $0.measuredLatency == nil })
    #expect(content.answers.allSatisfy { !$0.contains("%") || $0.contains("Hypervolume") })
  }
}
