import SearchTestSupport
import Synchronization
import Testing
import ViTArchitecture
import ViTLatency
import ViTNumerics
import ViTSearch

@Suite struct `A study` {
  static func run(
    _ plan: StudyPlan, store: any TrialStore = MemoryTrialStore(), evaluator: FakeEvaluator = FakeEvaluator(),
    measuring: FakeMeasuring? = FakeMeasuring(), progress: @escaping @Sendable (StudyProgress) -> Bool = { _ in true }
  ) async throws -> FrontDocument {
    try await FakeStudy.run(plan, store: store, evaluator: evaluator, measuring: measuring, progress: progress)
  }

  @Test func `trains every member with every seed, in the plan's order`() async throws {
    let plan = try TwoBlocks.plan()
    let store = MemoryTrialStore()
    let evaluator = FakeEvaluator()
    _ = try await Self.run(plan, store: store, evaluator: evaluator)
    #expect(evaluator.trained.withLock { $0 } == plan.trials.map(\.identifier))
    #expect(try store.records().map(\.identifier) == plan.trials.map(\.identifier))
  }

  @Test func `records what every trial was for, its attempts and when it finished`() async throws {
    let plan = try TwoBlocks.plan()
    let store = MemoryTrialStore()
    _ = try await Study(
      plan: plan, store: store, evaluator: FakeEvaluator(), measuring: nil, earlierSeconds: 1000
    ).run()
    #expect(try store.members() == plan.members)
    let records = try store.records()
    // Nothing is chosen, so all trainings are reported.
    #expect(records.allSatisfy { $0.phase == .final })
    let times = records.map(\.finishedSeconds)
    #expect(times == times.sorted() && (times.first ?? 0) > 1000)
  }

  @Test(arguments: [2, 3, 64])
  func `gives the same front and the same trials for any number of trainings at a time`(jobs: Int) async throws {
    let plan = try TwoBlocks.plan()
    let alone = MemoryTrialStore()
    let expected = try await Self.run(plan, store: alone)
    let together = MemoryTrialStore()
    let evaluator = FakeEvaluator()
    let front = try await Study(
      plan: plan, store: together, evaluator: evaluator, measuring: FakeMeasuring()
    ).run(jobs: jobs)
    #expect(front == expected)
    #expect(evaluator.trained.withLock { Set($0).count == plan.trials.count && $0.count == plan.trials.count })
    let (records, others) = (try together.records(), try alone.records())
    #expect(records.count == others.count && Set(records) == Set(others))
  }

  @Test func `with several trainings at a time stops them all, and goes on from what is finished`() async throws {
    let plan = try TwoBlocks.plan()
    let expected = try await Self.run(plan)
    let store = MemoryTrialStore()
    let count = Mutex(0)
    await #expect(throws: CancellationError.self) {
      let study = Study(plan: plan, store: store, evaluator: FakeEvaluator(), measuring: FakeMeasuring())
      return try await study.run(jobs: 3) { _ in
        count.withLock { count in
          count += 1
          return count < 20
        }
      }
    }
    #expect(try store.records().count < plan.trials.count)
    let resumed = try await Study(
      plan: plan, store: store, evaluator: FakeEvaluator(), measuring: FakeMeasuring()
    ).run(jobs: 2)
    #expect(resumed == expected)
  }

  /// The evaluator's best architectures have two equal blocks; the front must be what that formula makes it.
  @Test func `finds the front that the evaluator's formula has`() async throws {
    let plan = try TwoBlocks.plan()
    let front = try await Self.run(plan)
    func mean(_ architecture: Architecture) -> Double {
      plan.trainingSeeds.map { FakeEvaluator.accuracy(architecture, seed: $0) }.reduce(0, +)
        / Double(plan.trainingSeeds.count)
    }
    let expected = plan.members.filter { member in
      !plan.members.contains { other in
        other.latency.seconds <= member.latency.seconds && mean(other.architecture) >= mean(member.architecture)
          && other.digest != member.digest
      }
    }
    #expect(Set(front.front.map(\.digest)) == Set(expected.map(\.digest)))
    #expect(front.entries.count == plan.members.count)
    #expect(front.entries.allSatisfy { $0.latencySeconds == 2 * $0.predictedLatency.seconds })
    #expect(front.entries.allSatisfy { abs(($0.validation?.mean ?? 0) - mean($0.architecture)) < 1e-12 })
    #expect(front.entries.allSatisfy { $0.validation?.halfWidth != nil })
    let means = plan.members.map { mean($0.architecture) }
    let (worst, best) = (try #require(means.min()), try #require(means.max()))
    let volume = try #require(front.hypervolume)
    #expect(abs(volume.referenceValue - (worst - 0.1 * (best - worst))) < 1e-12 && best > worst)
    #expect(volume.front >= max(volume.candidates, try #require(volume.baselines)))
    #expect(front.entries.filter { $0.role == .baseline }.allSatisfy { $0.probabilityAboveBaselines == nil })
  }

  @Test func `ranks by measured latency, not by the predicted one`() async throws {
    let plan = try TwoBlocks.plan()
    let best = try #require(plan.members.last)
    // The measurement turns one candidate into the fastest of all.
    let measuring = FakeMeasuring { $0 == best.architecture ? 1e-9 : 2 * ProductPredictor.seconds($0) }
    let front = try await Self.run(plan, measuring: measuring)
    #expect(front.entries.first?.digest == best.digest && front.entries.first?.isOnFront == true)
    #expect(front.entries.first?.predictedLatency == best.latency)
    #expect(front.entries.first?.probabilityAboveBaselines == nil)
  }

  @Test func `touches the test split once, for the front and the baselines`() async throws {
    let evaluator = FakeEvaluator()
    let front = try await Self.run(TwoBlocks.plan(), evaluator: evaluator)
    let calls = evaluator.tested.withLock { $0 }
    #expect(calls.count == 1)
    let tested = front.entries.filter { $0.isOnFront || $0.role == .baseline }
    #expect(Set(calls[0].map(\.architectureDigest)) == Set(tested.map(\.digest)))
    #expect(calls[0].count == 2 * tested.count)
    #expect(front.entries.allSatisfy { ($0.test != nil) == ($0.isOnFront || $0.role == .baseline) })
  }

  @Test func `goes on after trainings that diverge`() async throws {
    let plan = try TwoBlocks.plan()
    let broken = plan.members[3].digest
    let half = plan.members[4].digest
    let evaluator = FakeEvaluator { request in
      request.identifier.architectureDigest == broken
        || request.identifier == TrialIdentifier(architectureDigest: half, seed: plan.trainingSeeds[1])
    }
    let front = try await Self.run(plan, evaluator: evaluator)
    let lost = try #require(front.entries.first { $0.digest == broken })
    #expect(lost.validation == nil && !lost.isOnFront && lost.measuredLatency == nil && lost.failedTrials == 2)
    #expect(front.entries.first { $0.digest == half }?.validation?.trials.map(\.seed) == [plan.trainingSeeds[0]])
    #expect(front.notes.contains("\(plan.members[3].name): 2 of 2 trainings diverged; it is left out"))
    #expect(front.notes.contains("\(plan.members[4].name): 1 of 2 trainings diverged; its mean is over the others"))
    _ = try front.json()
  }

  @Test func `in which every training diverges says so`() async throws {
    let plan = try TwoBlocks.plan()
    let error = await #expect(throws: SearchError.self) {
      try await Self.run(plan, evaluator: FakeEvaluator { _ in true })
    }
    #expect(error?.code == .everythingFailed)
    #expect(error?.description.contains("\(plan.members[3].name) at step 7: the loss is nan") == true)
  }

  @Test func `that trains nothing trades predicted latency against multiply-accumulates`() async throws {
    let plan = try TwoBlocks.plan(TwoBlocks.problem(trains: false))
    let front = try await Study(plan: plan, store: MemoryTrialStore(), evaluator: nil, measuring: nil).run()
    #expect(front.objective == .multiplyAccumulates)
    #expect(front.notes.contains { $0.hasPrefix("nothing was trained") })
    #expect(front.entries.allSatisfy { $0.validation == nil && $0.measuredLatency == nil && $0.weightsFile == nil })
    for entry in front.front {
      #expect(
        !front.entries.contains {
          $0.latencySeconds < entry.latencySeconds && $0.multiplyAccumulates >= entry.multiplyAccumulates
        })
    }
  }

  @Test func `reports progress that grows and ends`() async throws {
    let seen = Mutex<[StudyProgress]>([])
    let plan = try TwoBlocks.plan()
    _ = try await Self.run(plan) { progress in
      seen.withLock { $0.append(progress) }
      return true
    }
    let all = seen.withLock { $0 }
    #expect(all.allSatisfy { (0...1).contains($0.fraction) && $0.trialCount == plan.trials.count })
    #expect(all.map(\.finishedTrials) == all.map(\.finishedTrials).sorted())
    #expect(Set(all.map(\.phase)) == [.final, .measuring, .testing])
    // One training at a time: while the last goes on, all others are finished.
    #expect(all.last { $0.phase == .final }?.finishedTrials == plan.trials.count - 1)
    #expect(all.last { $0.phase == .final }?.trial?.seedNumber == 2)
  }

  @Test func `refuses trials of another plan`() async throws {
    let record = TrialRecord(
      identifier: TrialIdentifier(architectureDigest: "else", seed: 1), name: "else", phase: .search,
      outcome: TrialOutcome(
        state: .completed, validationAccuracy: 0.5, validationLoss: 1, trainingLoss: 1, durationSeconds: 1,
        imagesPerSecond: 1, samplesSeen: 1), finishedSeconds: 1)
    let store = MemoryTrialStore(records: [record])
    let error = await #expect(throws: SearchError.self) { try await Self.run(TwoBlocks.plan(), store: store) }
    #expect(error?.code == .badStudy)
  }
}
