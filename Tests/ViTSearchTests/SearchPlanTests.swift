import Foundation
import SearchTestSupport
import Synchronization
import Testing
import ViTArchitecture

import ViTLatency
import ViTNumerics
import ViTSearch

@Suite struct `A plan with a search` {
  @Test func `begins with more candidates than it ends with`() throws {
    let plan = try SimulatedStudy.plan { $0.candidatesPerTarget = 2 }
    for target in plan.targets {
      #expect(plan.members.filter { $0.role == .candidate && $0.targets.contains(target.label) }.count == 9)
    }
    #expect(plan.randomDraws.isEmpty && plan.hasSearch)
    #expect(plan.members.dropFirst(3).allSatisfy { TwoBlocks.architecture(at: $0.point) == $0.architecture })
  }

  /// The search's candidates are spread over the space; random ones are uniform, whatever the sampler.
  @Test(arguments: [SearchBudget.Sampler.sobol, .random])
  func `draws random search's candidates in the targets' windows, apart from its own`(
    sampler: SearchBudget.Sampler
  ) throws {
    let plan = try SimulatedStudy.plan {
      $0.randomSearch = true
      $0.sampler = sampler
    }
    let without = try SimulatedStudy.plan { $0.sampler = sampler }
    #expect(plan.members.filter { $0.role != .randomSearch } == without.members)
    // 14/3 whole trainings over two targets, rounded up, and one to spare.
    #expect(plan.randomDraws.map(\.target) == ["0.8x", "0.4x", "0.8x", "0.4x", "0.8x", "0.4x", "0.8x", "0.4x"])
    #expect(Set(plan.randomDraws.map(\.digest)).count == plan.randomDraws.count)
    for draw in plan.randomDraws {
      let member = try #require(plan.member(draw.digest))
      let target = try #require(plan.targets.first { $0.label == draw.target })
      #expect((0.9 * target.seconds...target.seconds).contains(member.latency.seconds))
      #expect(member.role != .randomSearch || member.name.hasPrefix("random-\(draw.target)-"))
    }
    let own = try CandidateDrawing.draw(
      TwoBlocks.problem {
        $0.draws = 2048
        $0.sampler = sampler
      }, predictor: ProductPredictor()
    ).candidates.map(\.digest)
    let shared = plan.randomDraws.filter { Set(own.prefix(plan.randomDraws.count)).contains($0.digest) }
    #expect(shared.count < plan.randomDraws.count / 2)
  }

  @Test func `says what it is going to train`() throws {
    let plan = try SimulatedStudy.plan {
      $0.randomSearch = true
      $0.maxSeeds = 6
    }
    #expect(
      plan.stages == [
        "search, rung 1 of 3, 11% of the training: 21 trainings",
        "search, rung 2 of 3, 33% of the training: 9 trainings",
        "search, rung 3 of 3, 100% of the training: 5 trainings",
        "random search at equal budget: 5 trainings",
        "final, 3 fresh seeds and up to 6 where undecided: 21 trainings",
      ])
  }

  @Test func `that learns needs something to learn from`() {
    let error = #expect(throws: SearchError.self) {
      try TwoBlocks.plan(TwoBlocks.problem(trains: false) { $0.sampler = .nsga2 })
    }
    #expect(error?.description.contains("learns from trainings") == true)
  }
}

@Suite struct `A study with a search` {
  private func plan(_ change: (inout SearchBudget) -> Void = { _ in }) throws -> StudyPlan {
    try SimulatedStudy.plan {
      $0.randomSearch = true
      $0.audit = 3
      change(&$0)
    }
  }

  @Test(arguments: [1, 3]) func `is carried out as scheduled, whatever the number of jobs`(jobs: Int) async throws {
    let plan = try plan()
    let store = MemoryTrialStore()
    let evaluator = FakeEvaluator()
    let study = Study(plan: plan, store: store, evaluator: evaluator, measuring: FakeMeasuring())
    let front = try await study.run(jobs: jobs)
    var simulated = SimulatedStudy(plan) { FakeEvaluator.accuracy($0.architecture, seed: $0.identifier.seed) }
    try simulated.run()
    #expect(Set(try store.records().map(\.identifier)) == Set(simulated.records.map(\.identifier)))
    #expect(Set(evaluator.trained.withLock { $0 }).count == simulated.records.count)
    let finalists = Set(simulated.requests(.final).map(\.identifier.architectureDigest))
    #expect(Set(front.entries.map(\.digest)) == finalists)
    #expect(front.entries.allSatisfy { $0.validation?.trials.map(\.seed) == plan.trainingSeeds })
    #expect(front.entries.allSatisfy { $0.measuredLatency != nil })
    #expect(evaluator.dropped.withLock { $0 }.last == [])
    let clock = await study.clock
    #expect(Set(clock.seconds.keys) == [.search, .randomSearch, .final, .measuring, .testing])
  }

  @Test func `tells what each arm has spent and what became of every member`() async throws {
    let plan = try plan()
    let front = try await FakeStudy.run(plan)
    #expect(front.schema == "nvit.front/3" && front.rungs == [1.0 / 9, 1.0 / 3, 1])
    // A whole training is 300 images here.
    #expect(front.arms.map(\.samples) == [2 * (6 * 33 + 2 * 100 + 300), 5 * 300])
    #expect(front.arms.map(\.candidates) == [18, 5])
    #expect(front.comparisons.map(\.target) == plan.targets.map(\.label))
    #expect(front.comparisons.allSatisfy { $0.isChosenBefore && $0.randomWinner != nil })
    #expect(front.trajectories.filter(\.isAudited).count == 6)
    #expect(front.trajectories.filter(\.isAudited).allSatisfy { !$0.accuracies.contains(nil) })
    #expect(front.trajectories.filter { $0.role == .baseline }.allSatisfy { !$0.accuracies.contains(nil) })
    // The fake's accuracy does not depend on the rung.
    let audit = try #require(front.audit)
    #expect(audit.count == 6 && audit.rungs.map(\.share) == [1.0 / 9, 1.0 / 3])
    #expect(audit.rungs.allSatisfy { $0.agreement?.tau.value == 1 && $0.agreement?.pairs == 6 })
    let winners = front.comparisons.flatMap { [$0.winner, $0.randomWinner ?? ""] }
      .compactMap { front.entry(named: $0) }
    #expect(winners.count == 4 && winners.allSatisfy { $0.test != nil && $0.configFile != nil })
    #expect(Set(front.entries.filter(\.isWinner).map(\.name)) == Set(front.comparisons.map(\.winner)))
    #expect(try FrontDocument(json: Data(front.json().utf8), path: "f") == front)
  }

  @Test func `stopped at any report ends as if it had not been`() async throws {
    let plan = try plan { $0.startCandidatesPerTarget = 3 }
    let whole = MemoryTrialStore()
    let front = try await FakeStudy.run(plan, store: whole)
    let reports = Mutex(0)
    _ = try await FakeStudy.run(plan) { _ in
      reports.withLock { $0 += 1 }
      return true
    }
    let expected = Set(try whole.records())
    for stop in stride(from: 1, through: reports.withLock { $0 }, by: 5) {
      let store = MemoryTrialStore()
      let count = Mutex(0)
      await #expect(throws: CancellationError.self) {
        try await FakeStudy.run(plan, store: store) { _ in
          count.withLock { count in
            count += 1
            return count < stop
          }
        }
      }
      #expect(try await FakeStudy.run(plan, store: store) == front, "stopped at report \(stop)")
      #expect(Set(try store.records()) == expected, "stopped at report \(stop)")
    }
  }

  @Test func `counts the trainings that an earlier run did not finish`() async throws {
    let plan = try plan()
    let store = MemoryTrialStore()
    await #expect(throws: StoppedByTest.self) {
      try await FakeStudy.run(plan, store: store, evaluator: FakeEvaluator(crashesAfter: 4))
    }
    let study = Study(plan: plan, store: store, evaluator: FakeEvaluator(), measuring: FakeMeasuring())
    _ = try await study.run()
    #expect(await study.retakenTrials == 1)
  }
}

@Suite struct `A study whose sampler learns` {
  private let problem = TwoBlocks.problem { budget in
    budget.draws = 2048
    budget.candidatesPerTarget = 1
    budget.startCandidatesPerTarget = 9
    budget.rungs = [1.0 / 3, 1]
    budget.sampler = .nsga2
    budget.rounds = 3
  }

  private func run(_ store: any TrialStore, crashesAfter: Int = .max) async throws -> FrontDocument {
    let plan = try TwoBlocks.plan(problem)
    let proposer = try SamplerProposer(plan: plan, problem: problem, predictor: ProductPredictor())
    return try await Study(
      plan: plan, store: store, evaluator: FakeEvaluator(crashesAfter: crashesAfter), proposer: proposer,
      measuring: FakeMeasuring()
    ).run()
  }

  @Test func `adds candidates round by round within the targets' windows`() async throws {
    let store = MemoryTrialStore()
    _ = try await run(store)
    let plan = try TwoBlocks.plan(problem)
    let members = try store.members()
    #expect(Array(members.prefix(plan.members.count)) == plan.members)
    #expect(Set(members.map(\.digest)).count == members.count)
    for round in 0..<3 {
      for target in plan.targets {
        let added = members.filter { $0.role == .candidate && $0.round == round && $0.targets == [target.label] }
        #expect(added.count == 3)
        #expect(added.allSatisfy { (0.9 * target.seconds...1.000001 * target.seconds).contains($0.latency.seconds) })
        #expect(added.allSatisfy { TwoBlocks.architecture(at: $0.point) == $0.architecture })
      }
    }
    let first = try store.records().filter { $0.identifier.rung == 0 }
    #expect(first.count == 3 + 18)
  }

  @Test func `is the same after a crash at any training`() async throws {
    let whole = MemoryTrialStore()
    let front = try await run(whole)
    for finished in stride(from: 0, to: try whole.records().count, by: 3) {
      let store = MemoryTrialStore()
      await #expect(throws: StoppedByTest.self) { try await run(store, crashesAfter: finished) }
      #expect(try await run(store) == front)
      #expect(try store.members() == whole.members())
      #expect(try store.records() == whole.records())
    }
  }

  @Test func `refuses to go on with another latency model`() throws {
    struct Slower: LatencyPredictor {
      func predict(_ architecture: Architecture) throws -> Estimate {
        Estimate(predictedSeconds: 1.5 * ProductPredictor.seconds(architecture))
      }
    }
    let plan = try TwoBlocks.plan(problem)
    let error = #expect(throws: SearchError.self) {
      try SamplerProposer(plan: plan, problem: problem, predictor: Slower())
    }
    #expect(error?.code == .spaceChanged)
  }
}
