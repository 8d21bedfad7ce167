import Foundation
import SearchTestSupport
import Synchronization
import Testing
import ViTArchitecture
import ViTLatency
import ViTNumerics
import ViTSearch

/// The meter's truth differs from the model by a known bias; the clock runs at half the speed as well.
@Suite struct `A target` {
  private let problem = TwoBlocks.problem { budget in
    budget.draws = 2048
    budget.candidatesPerTarget = 1
    budget.startCandidatesPerTarget = 6
    budget.rungs = [1.0 / 3, 1]
    budget.randomSearch = true
  }

  private func truth(_ architecture: Architecture) -> Double { BiasedMachine.truth(architecture, most: 0.25) }

  /// Seconds at the model's clock, as multiples of the first baseline's.
  private func ratio(_ architecture: Architecture) -> Double {
    truth(architecture) / truth(TwoBlocks.baselines[0].architecture)
  }

  private let meter = FakeMeasuring { 2 * BiasedMachine.truth($0, most: 0.25) }

  @Test func `is missed by a plan that goes by predictions, and kept by one that measures`() throws {
    let model = try BiasedMachine.model()
    let blind = try StudyPlan(problem, predictor: model, latencySource: "model")
    let outcome = try TargetKeeping.plan(problem, model: model, measuring: meter, latencySource: "model")
    func misses(_ plan: StudyPlan) -> Int {
      plan.members.filter { $0.role != .baseline }.count { member in
        zip([0.8, 0.4], plan.targets).contains { factor, target in
          member.targets.contains(target.label) && !(0.9 * factor...1.1 * factor).contains(ratio(member.architecture))
        }
      }
    }
    #expect(misses(blind) > blind.members.count / 2)
    #expect(misses(outcome.plan) == 0 && outcome.plan.notes.isEmpty)
    #expect(outcome.measured > outcome.plan.members.count)
    for target in outcome.plan.targets {
      let serving = outcome.plan.members.filter { $0.targets.contains(target.label) }
      #expect(serving.count { $0.role == .candidate } == 6)
      #expect(outcome.plan.randomDraws.count { $0.target == target.label } >= 3)
    }
    // Every member's latency is the one that was measured, brought to the model's time by its ratio.
    let seconds = try model.referenceSeconds(of: TwoBlocks.baselines[0].architecture)
    for member in outcome.plan.members {
      let measured = try #require(member.measured?.ratio?.value)
      #expect(abs(measured - ratio(member.architecture)) < 1e-9)
      #expect(abs(member.latency.seconds / seconds - measured) < 1e-9)
    }
    let read = try JSONDecoder().decode(StudyPlan.self, from: Data(outcome.plan.json().utf8))
    #expect(read == outcome.plan)
  }

  @Test func `is kept by the same plan when the model that was kept is used again`() throws {
    struct Refusing: LatencyMeasuring {
      func measure(
        _ architectures: [Architecture], beside reference: Architecture?, budgetSeconds: Double,
        progress: @Sendable (Double) -> Bool
      ) throws -> [LatencyRecord] { throw StoppedByTest() }
    }
    let first = try TargetKeeping.plan(
      problem, model: BiasedMachine.model(), measuring: meter, latencySource: "model")
    let kept = try JSONDecoder().decode(LatencyModel.self, from: JSONEncoder().encode(first.model))
    let again = try TargetKeeping.plan(problem, model: kept, measuring: Refusing(), latencySource: "model")
    #expect(again.plan == first.plan && again.measured == 0)
    var other = problem
    other.targets = [.relative(0.6, baseline: nil)]
    #expect(throws: StoppedByTest.self) {
      try TargetKeeping.plan(other, model: kept, measuring: Refusing(), latencySource: "model")
    }
  }

  @Test func `that no candidate reaches is missed by the nearest, in every output's words`() async throws {
    var far = problem
    // The smallest member is predicted below this, and takes half as long again.
    let smallest = TwoBlocks.architecture(32, 16, 16)
    let full = TwoBlocks.baselines[0].architecture
    // In thousandths, so that the label is exact.
    let factor = (1050 * BiasedMachine.fitted(smallest) / BiasedMachine.fitted(full)).rounded(.up) / 1000
    far.targets = [.relative(factor, baseline: nil)]
    far.budget.startCandidatesPerTarget = 1
    far.budget.rungs = [1]
    far.budget.randomSearch = false
    let slow = FakeMeasuring { BiasedMachine.truth($0, most: 0.9) }
    let outcome = try TargetKeeping.plan(far, model: BiasedMachine.model(), measuring: slow, latencySource: "model")
    #expect(outcome.plan.notes.contains { $0.contains("could not be brought within 10% of it") })
    let front = try await FakeStudy.run(outcome.plan, measuring: slow)
    let entry = try #require(front.entries.first { $0.role == .candidate })
    let miss = try #require(entry.misses?.first)
    let expected = BiasedMachine.truth(entry.architecture, most: 0.9) / BiasedMachine.fitted(full)
    #expect(abs(miss.ratio * factor - expected) < 1e-6)
    #expect(
      miss.text
        == "misses target \(front.targets[0].label): measured \(ReadableNumber.significant(expected))x, tolerance 10%")
    #expect(front.warnings?.contains("\(entry.name) \(miss.text)") == true)
    #expect(front.answers.contains { $0.contains(miss.text) })
    #expect(try front.json().contains("\"measured\" : \"\(miss.measured)\""))
  }

  @Test func `stands where the baseline was measured`() async throws {
    let outcome = try TargetKeeping.plan(
      problem, model: BiasedMachine.model(), measuring: meter, latencySource: "model")
    let front = try await FakeStudy.run(outcome.plan, measuring: meter)
    let full = 2 * BiasedMachine.fitted(TwoBlocks.baselines[0].architecture)
    for (target, factor) in zip(front.targets, [0.8, 0.4]) { #expect(abs(target.seconds / full - factor) < 1e-9) }
    #expect(front.entries.allSatisfy { $0.misses == nil })
  }

  @Test func `is kept by candidates that a sampler proposes during the study`() async throws {
    var learning = problem
    learning.budget.sampler = .nsga2
    learning.budget.rounds = 3
    learning.budget.randomSearch = false
    let outcome = try TargetKeeping.plan(
      learning, model: BiasedMachine.model(), measuring: meter, latencySource: "model")
    let store = MemoryTrialStore()
    let proposer = try SamplerProposer(plan: outcome.plan, problem: learning, predictor: outcome.model)
    _ = try await Study(
      plan: outcome.plan, store: store, evaluator: FakeEvaluator(), proposer: proposer, measuring: meter
    ).run()
    let proposed = try store.members().filter { $0.round > 0 }
    #expect(proposed.count == 2 * 4)
    for member in proposed {
      let factor = member.targets == [outcome.plan.targets[0].label] ? 0.8 : 0.4
      #expect((0.9 * factor...1.1 * factor).contains(ratio(member.architecture)))
    }
  }

  /// The compiled form is exactly the plain one, with corrections too.
  @Test func `is judged by the same latencies in plain and compiled form`() throws {
    let model = try TargetKeeping.plan(
      problem, model: BiasedMachine.model(), measuring: meter, latencySource: "model"
    ).model
    let costing = CandidateCosting(problem.rule, predictor: model)
    #expect(costing.isCompiled)
    var member = costing.makeMember()
    var random = CounterRandom(seed: 3, purpose: "test.points")
    var compared = 0
    for _ in 0..<200 {
      let point = (0..<3).map { _ in random.uniform() }
      guard costing.find(at: point, &member), let cost = costing.cost(of: member) else { continue }
      #expect(try model.predict(problem.rule.architecture(at: point)).seconds == cost.latencySeconds)
      compared += 1
    }
    #expect(compared > 50)
  }
}

@Suite struct `A kept latency model` {
  private let reference = TwoBlocks.baselines[0].architecture

  @Test func `holds when the whole machine is slower, and not when some networks are`() throws {
    let model = try BiasedMachine.model()
    let slower = try ModelCheck(of: model, beside: reference, measuring: FakeMeasuring { 3 * BiasedMachine.fitted($0) })
    #expect(slower.holds && slower.meanAbsoluteError < 0.02 && abs(slower.drift - 3) < 0.1)
    let other = try ModelCheck(
      of: model, beside: reference, measuring: FakeMeasuring { BiasedMachine.truth($0, most: 0.3) })
    #expect(!other.holds && other.meanAbsoluteError > 0.1)
  }
}
