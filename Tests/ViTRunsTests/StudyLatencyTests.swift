import Foundation
import SearchTestSupport
import Synchronization
import TestSupport
import Testing
import ViTArchitecture
import ViTFiles
import ViTLatency
import ViTMeasuring
import ViTRuns
import ViTSearch

/// On a machine whose model is wrong by a known factor.
@Suite final class `A study's latency model` {
  private let folder = TemporaryFolder()
  private let fits = Mutex(0)

  private var store: LatencyModelStore { LatencyModelStore(folder: folder("latency")) }
  private let problem = TwoBlocks.problem { budget in
    budget.draws = 1024
    budget.candidatesPerTarget = 2
  }

  /// As another run of the program finds it.
  private func latency(_ most: Double = 0.2) throws -> StudyLatency {
    var space = try TwoBlocks.space()
    space.latency.batchSize = 8
    space.baselines = TwoBlocks.baselines
    let conditions = DeviceLatencyMeter.engineConditions(batchSize: 8, threads: space.latency.threads)
    return try StudyLatency(
      space: space, modelFile: nil, store: store,
      measuring: FakeMeasuring { 3 * BiasedMachine.truth($0, most: most) },
      fit: { _ in
        fits.withLock { $0 += 1 }
        return try BiasedMachine.model(conditions)
      }, progress: { _ in true })
  }

  private func plan(_ latency: inout StudyLatency) throws -> StudyPlan {
    try latency.plan(problem, progress: { _ in true })
  }

  @Test func `is kept with what was measured, so that a dry run and the run choose the same`() throws {
    // Only measured baselines are as the model says, so it holds within 5% at first.
    var dry = try latency(0.04)
    let first = try plan(&dry)
    #expect(dry.takeNotes().contains { $0.hasPrefix("the latency model is kept in \(folder("latency"))") })
    var run = try latency(0.04)
    #expect(run.takeNotes().contains { $0.contains("still holds") })
    #expect(try plan(&run) == first)
    #expect(run.predictor == dry.predictor && run.takeNotes().isEmpty && fits.withLock { $0 } == 1)
    #expect(first.members.allSatisfy { $0.measured != nil })
  }

  @Test func `is measured anew when it no longer holds`() throws {
    var before = try latency(0.04)
    _ = try plan(&before)
    var after = try latency(0.5)
    #expect(after.takeNotes().contains { $0.contains("no longer holds") && $0.contains("measured anew") })
    #expect(fits.withLock { $0 } == 2)
    guard case .model(let model) = after.predictor else {
      Issue.record("the predictor is a table")
      return
    }
    #expect(model.checks.isEmpty)
  }

  @Test func `is another one for another space, and the same for the same space in other words`() throws {
    let space = try TwoBlocks.space()
    let text = space.source.text
    func digest(_ text: String) throws -> String {
      try SpaceMembers(of: SearchSpace(parsing: text, path: "elsewhere/\(UUID().uuidString).yaml")).digest
    }
    let own = try SpaceMembers(of: space).digest
    #expect(try digest(text.replacing("\n", with: "\r\n") + "# the end\n") == own)
    #expect(try digest(text.replacing("step: 16", with: "step: 48")) != own)
  }
}
