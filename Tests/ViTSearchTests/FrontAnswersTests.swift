import SearchTestSupport
import Testing
import ViTArchitecture
import ViTNumerics

import ViTSearch

@Suite struct `Answers in words` {
  /// A study of one target in which trainings are exact but for the given noise.
  ///
  /// - Parameters:
  ///   - gain: What candidates have over baselines, in points of accuracy.
  ///   - inversion: Whether short trainings rank candidates the wrong way round.
  private func front(
    gain: Double, noise: Double = 0.001, audit: Int = 0, inversion: Bool = false,
    _ change: (inout SearchBudget) -> Void = { _ in }
  ) throws -> FrontDocument {
    let plan = try SimulatedStudy.plan(targets: [.relative(0.8, baseline: nil)]) {
      $0.randomSearch = true
      $0.audit = audit
      change(&$0)
    }
    let baselines = Set(plan.members.filter { $0.role == .baseline }.map(\.digest))
    let random = Set(plan.randomDraws.map(\.digest))
    var study = SimulatedStudy(plan) { request in
      let digest = request.identifier.architectureDigest
      var generator = CounterRandom(seed: request.identifier.seed, purpose: digest, stream: 7)
      guard !baselines.contains(digest) else { return 0.7 + noise * generator.gaussian() }
      var quality = CounterRandom(seed: 1, purpose: digest)
      let own = 0.001 * quality.uniform() * (inversion && request.endShare < 1 ? -1 : 1)
      let edge = random.contains(digest) && audit == 0 ? -0.5 : 0
      return 0.7 + (gain + edge) / 100 + own + noise * generator.gaussian()
    }
    try study.run()
    return FrontDocument(StudyOutcome(plan, members: study.members, records: study.records), measured: [:])
  }

  @Test func `say by how much the winner beats baselines and random search`() throws {
    let front = try front(gain: 3)
    let comparison = try #require(front.comparisons.first)
    let from = try #require(comparison.fromBaselines)
    func tenths(_ value: Double) -> String { ReadableNumber.percent(value, decimals: 1) }
    let entry = try #require(front.entry(named: comparison.winner))
    let place = "\(comparison.winner) (\(ReadableNumber.latency(entry.latencySeconds)))"
    let start = "At 0.8x latency \(place) beats DeiT by \(tenths(from.value)) points "
    let interval = try #require(from.estimate.interval)
    #expect(front.answers[0].hasPrefix(start + "\(interval.bracketed(tenths)), P"))
    #expect(abs(from.value - 0.03) < 0.004 && interval.contains(0.03) && from.seeds == 3)
    let random = try #require(comparison.randomWinner)
    let rival = try #require(front.entry(named: random))
    // Both latencies stand in the sentence.
    let other = "\(random) (\(ReadableNumber.latency(rival.latencySeconds)))"
    #expect(front.answers[0].contains(", 3 seeds; random search at equal budget finds \(other) with 72."))
    #expect(front.answers[0].contains(": the search's beats it by 0."))
    #expect(front.answers[0].hasSuffix("3 seeds."))
    // One target is one latency, without a range for a hypervolume.
    #expect(!front.answers.contains { $0.contains("Hypervolume") } && front.hypervolume == nil)
    let reading = try #require(
      front.answers.first { $0.hasPrefix("P in parentheses is corrected for all 3 comparisons of the study") })
    #expect(
      reading.contains("cover seeds (deviation 0.") && reading.contains("What is compared are the networks found"))
  }

  @Test func `say so when the winner loses, and when it is undecided`() throws {
    let lost = try front(gain: -3)
    #expect(lost.answers[0].contains(" loses to DeiT by 2.") || lost.answers[0].contains(" loses to DeiT by 3."))
    #expect(lost.answers[0].contains("P < 0.001") || lost.answers[0].contains("P = 0.00"))
    let open = try front(gain: 0, noise: 0.02)
    let from = try #require(open.comparisons.first?.fromBaselines)
    #expect(!Verdict.isDecided(from.probability))
    #expect(open.answers[0].hasPrefix("At 0.8x latency it is undecided whether nvit-0.8x-"))
    #expect(open.answers[0].contains(from.value < 0 ? " beats DeiT: -" : " beats DeiT: +"))
  }

  @Test func `of a single seed compare nothing`() throws {
    let front = try front(gain: 3) { $0.seeds = 1 }
    #expect(front.comparisons[0].fromBaselines == nil && front.comparisonCount == 0)
    #expect(
      front.answers[0].contains("%, 1 seed: too few to compare it with DeiT; random search at equal budget finds"))
  }

  /// Without a search, the winner is picked by the trainings that are compared.
  @Test func `admit that the best of several was picked`() async throws {
    let front = try await FakeStudy.run(TwoBlocks.plan())
    #expect(front.answers.prefix(2).allSatisfy { $0.contains("(the best of 3 by these very trainings, which favours") })
    #expect(front.comparisons.allSatisfy { !$0.isChosenBefore })
  }

  @Test func `warn loudly when short trainings rank the wrong way round`() throws {
    let wrong = try front(gain: 3, noise: 0, audit: 9, inversion: true)
    #expect(wrong.audit?.rungs.allSatisfy { ($0.agreement?.tau.upper ?? 1) < 0 } == true)
    let warning = try #require(wrong.answers.last)
    #expect(warning.hasPrefix("WARNING: short trainings do not rank candidates as long ones do"))
    #expect(warning.contains("over 9 random candidates") && wrong.audit?.warning != nil)
    let right = try front(gain: 3, noise: 0, audit: 9)
    #expect(right.audit?.warning == nil)
    let praise = "Audit: short trainings rank candidates as long ones do: Kendall's tau"
    #expect(right.answers.last?.hasPrefix(praise) == true)
    let small = try front(gain: 3, noise: 0, audit: 2)
    #expect(small.answers.last?.hasPrefix("WARNING: the audit cannot tell whether") == true)
    // Two pairs the wrong way round say too little to call it wrong.
    let smallAndWrong = try front(gain: 3, noise: 0, audit: 3, inversion: true)
    #expect(smallAndWrong.audit?.rungs.contains { ($0.agreement?.tau.upper ?? 0) >= 0.5 } == true)
    #expect(smallAndWrong.answers.last?.hasPrefix("WARNING: no sign that short trainings rank") == true)
  }

  @Test(arguments: [
    (["DeiT-64", "DeiT-48"], "DeiT"), (["deit-tiny"], "DeiT"), (["a-1", "b-1"], "the baselines"), (["x1"], "x1"),
    ([], "the baselines"),
  ])
  func `call baselines by what their names share`(names: [String], family: String) {
    #expect(FrontAnswers.familyName(names) == family)
  }
}
