import SearchTestSupport
import Synchronization
import TestSupport
import Testing
import ViTArchitecture
import ViTSearch
import ViTStorage

@Suite struct `A study that is stopped and resumed` {
  /// A short plan, and what it gives when nothing stops it.
  private func uninterrupted() async throws -> (plan: StudyPlan, trials: [TrialRecord], front: FrontDocument) {
    let plan = try TwoBlocks.plan(TwoBlocks.problem { $0.candidatesPerTarget = 1 })
    let store = MemoryTrialStore()
    let front = try await FakeStudy.run(plan, store: store)
    return (plan, try store.records(), front)
  }

  private func begin(_ plan: StudyPlan, in folder: TemporaryFolder) throws -> StudyDatabase {
    try NewStudyFolder(at: folder("s"), overwrite: false)
      .begin(plan, documentText: "", provenance: FakeStudy.provenance()).database
  }

  private func reopen(_ folder: TemporaryFolder) throws -> StudyDatabase {
    try StudyFolder(resuming: folder("s"), documentText: "").database
  }

  @Test func `at any report of progress ends as if it had not been`() async throws {
    let (plan, trials, front) = try await uninterrupted()
    let reports = Mutex(0)
    _ = try await FakeStudy.run(plan) { _ in
      reports.withLock { $0 += 1 }
      return true
    }
    let total = reports.withLock { $0 }
    // Four reports a training, one of measuring, one of testing.
    #expect(total == 4 * plan.trials.count + 2)
    // Every third: each of a training's four reports comes up, and the last two.
    for stop in Array(stride(from: 1, through: total, by: 3)) + [total - 1, total] {
      let folder = TemporaryFolder()
      let count = Mutex(0)
      await #expect(throws: CancellationError.self, "stopped at report \(stop)") {
        try await FakeStudy.run(plan, store: begin(plan, in: folder)) { _ in
          count.withLock { count in
            count += 1
            return count < stop
          }
        }
      }
      let kept = try reopen(folder).records().count
      #expect(kept == min((stop - 1) / 4, plan.trials.count))
      let second = FakeEvaluator()
      let resumed = try await FakeStudy.run(plan, store: reopen(folder), evaluator: second)
      #expect(resumed == front, "stopped at report \(stop)")
      #expect(try reopen(folder).records() == trials, "stopped at report \(stop)")
      #expect(second.trained.withLock { $0 } == plan.trials.dropFirst(kept).map(\.identifier))
    }
  }

  @Test func `by a worker that dies takes the trial up again, and counts it`() async throws {
    let (plan, trials, front) = try await uninterrupted()
    for finished in [0, 1, plan.trials.count / 2, plan.trials.count - 1] {
      let folder = TemporaryFolder()
      let database = try begin(plan, in: folder)
      await #expect(throws: StoppedByTest.self) {
        try await FakeStudy.run(plan, store: database, evaluator: FakeEvaluator(crashesAfter: finished))
      }
      #expect(try database.records().count == finished)
      let resumed = try await FakeStudy.run(plan, store: database)
      #expect(resumed == front)
      #expect(try database.records() == trials)
      #expect(try database.trials().map(\.attempts) == plan.trials.indices.map { $0 == finished ? 2 : 1 })
    }
  }
}
