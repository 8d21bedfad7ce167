import SearchTestSupport
import Testing
import ViTArchitecture
import ViTLatency
import ViTNumerics

import ViTSearch

@Suite struct `What random search found` {
  /// A small space, so that random search draws what the search has drawn too, and a search that keeps the worst.
  ///
  /// - Parameter agrees: Whether short trainings rank as long ones do.
  private func front(_ seed: UInt64, agrees: Bool, candidatesPerTarget: Int = 1) throws -> FrontDocument {
    let widths = "{from: 32, through: 256, step: 32}"
    var problem = TwoBlocks.problem { budget in
      budget.seed = seed
      budget.draws = 256
      budget.candidatesPerTarget = candidatesPerTarget
      budget.startCandidatesPerTarget = 5
      budget.rungs = [1.0 / 3, 1]
      budget.randomSearch = true
    }
    problem.rule = try TwoBlocks.space(embedding: "{choices: [32, 48]}", mlpHidden: [widths, widths]).rule
    let plan = try TwoBlocks.plan(problem)
    var study = SimulatedStudy(plan) { request in
      let digest = request.identifier.architectureDigest
      var quality = CounterRandom(seed: 1, purpose: digest)
      var noise = CounterRandom(seed: request.identifier.seed, purpose: digest)
      let own = 0.01 * quality.uniform()
      return 0.7 + (agrees || request.endShare == 1 ? own : -own) + 1e-5 * noise.gaussian()
    }
    try study.run()
    return FrontDocument(StudyOutcome(plan, members: study.members, records: study.records), measured: [:])
  }

  /// As with the shipped case: what the search drew and dropped is not its find.
  @Test(arguments: UInt64(1)...6, [true, false]) func `is never the search's`(seed: UInt64, agrees: Bool) throws {
    let front = try front(seed, agrees: agrees)
    for target in front.targets.map(\.label) {
      let comparison = try #require(front.comparisons.first { $0.target == target })
      let marked = front.entries.filter { $0.isWinner && $0.targets.contains(target) && $0.name == comparison.winner }
      #expect(marked.count == 1 && marked[0].role.isOfSearch)
      let name = try #require(comparison.randomWinner)
      let random = try #require(front.entry(named: name))
      #expect(random.targets.contains(target) && random.role.isOfRandomSearch)
      #expect((random.role == .both) == random.isWinner)
    }
    // Each target has one winner of each, and nothing else is in the final.
    #expect(Set(front.entries.filter(\.isWinner).map(\.name)) == Set(front.comparisons.map(\.winner)))
    #expect(
      Set(front.entries.filter(\.role.isOfRandomSearch).map(\.name))
        == Set(front.comparisons.compactMap(\.randomWinner)))
    #expect(front.entries.allSatisfy { $0.role == .baseline || $0.isWinner || $0.role == .randomSearch })
  }

  /// Else the tests above would say nothing.
  @Test func `includes in some of these studies what the search had dropped, and what both chose`() throws {
    let fronts = try (UInt64(1)...6).flatMap { seed in try [true, false].map { try front(seed, agrees: $0) } }
    let entries = fronts.flatMap(\.entries)
    #expect(entries.contains { $0.role == .randomSearch && $0.name.hasPrefix("nvit-") })
    #expect(entries.contains { $0.role == .both })
  }

  @Test func `leaves as many marked for a target as were asked for`() throws {
    let front = try front(2, agrees: true, candidatesPerTarget: 2)
    for target in front.targets.map(\.label) {
      #expect(front.entries.count { $0.isWinner && $0.targets.contains(target) } == 2)
    }
  }
}
