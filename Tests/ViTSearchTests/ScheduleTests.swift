import SearchTestSupport
import Testing
import ViTArchitecture
import ViTLatency
import ViTNumerics
import ViTSearch

@Suite struct `A study's schedule` {
  @Test func `trains fewer candidates farther at each rung, and every baseline`() throws {
    let plan = try SimulatedStudy.plan()
    var study = SimulatedStudy(plan)
    try study.run()
    #expect(study.waves.map(\.phase) == [.search, .search, .search, .final])
    let targets = plan.targets.map(\.label)
    for (rung, count) in [9, 3, 1].enumerated() {
      let requests = study.waves[rung].requests
      #expect(requests.allSatisfy { $0.identifier.rung == rung && $0.identifier.seed == plan.searchSeed })
      #expect(requests.filter { $0.phase == .baseline }.count == 3)
      for target in targets {
        let serving = requests.filter { study.member($0.identifier.architectureDigest)?.targets == [target] }
        #expect(serving.count == count && serving.allSatisfy { $0.phase == .search })
      }
      #expect(requests.allSatisfy { $0.startShare == [0, 1.0 / 9, 1.0 / 3][rung] })
      #expect(requests.allSatisfy { $0.endShare == [1.0 / 9, 1.0 / 3, 1][rung] && $0.keepsState == (rung < 2) })
      #expect(requests.allSatisfy { !$0.keepsWeights })
      // Who climbs was on the rung below.
      guard rung > 0 else { continue }
      let below = Set(study.waves[rung - 1].requests.map(\.identifier))
      #expect(requests.allSatisfy { $0.predecessor.map { below.contains($0) } == true })
    }
  }

  /// Kept by rank and crowding, but the best so far is always kept.
  @Test func `keeps the most accurate candidate of every target`() throws {
    let plan = try SimulatedStudy.plan()
    var study = SimulatedStudy(plan)
    try study.run()
    for rung in 0..<2 {
      for target in plan.targets {
        func serving(_ wave: Int) -> [TrialRequest] {
          study.waves[wave].requests.filter {
            study.member($0.identifier.architectureDigest)?.targets.contains(target.label) == true
          }
        }
        let best = serving(rung).max { SimulatedStudy.typical($0) < SimulatedStudy.typical($1) }
        #expect(serving(rung + 1).contains { $0.identifier.architectureDigest == best?.identifier.architectureDigest })
      }
    }
  }

  @Test func `ends with as many candidates for each target as were asked for`() throws {
    let plan = try SimulatedStudy.plan { $0.candidatesPerTarget = 4 }
    var study = SimulatedStudy(plan)
    try study.run()
    for rung in 0..<3 {
      #expect(study.waves[rung].requests.filter { $0.phase == .search }.count == 2 * [9, 4, 4][rung])
    }
    #expect(study.waves[3].requests.count == 3 * (3 + 2 * 4))
  }

  @Test func `reports only trainings with seeds that nothing was chosen by`() throws {
    let plan = try SimulatedStudy.plan { $0.randomSearch = true }
    var study = SimulatedStudy(plan)
    try study.run()
    #expect(!plan.trainingSeeds.contains(plan.searchSeed) && Set(plan.trainingSeeds).count == 3)
    let final = study.requests(.final)
    #expect(final.allSatisfy { plan.trainingSeeds.contains($0.identifier.seed) && $0.endShare == 1 })
    #expect(final.allSatisfy { $0.startShare == 0 && $0.keepsWeights && !$0.keepsState })
    let others = study.waves.flatMap(\.requests).filter { $0.phase != .final }
    #expect(others.allSatisfy { $0.identifier.seed == plan.searchSeed })
    // Baselines, a winner of the search and one of random search for each target, three seeds each.
    #expect(final.count == 3 * (3 + 2 + 2))
    #expect(final.prefix(7).allSatisfy { $0.identifier.seed == plan.trainingSeeds[0] })
  }

  /// Nine candidates to 1/9, three of them to 1/3, one to the end: 6/9 + 2/3 + 1 = 7/3 whole trainings for each target,
  /// 14/3 for both, so five random candidates, three for the first target.
  @Test func `gives random search as many whole trainings as the search has spent`() throws {
    let plan = try SimulatedStudy.plan {
      $0.randomSearch = true
      $0.audit = 4
    }
    var study = SimulatedStudy(plan)
    try study.run()
    let random = study.requests(.randomSearch)
    #expect(random.count == 5 && random.allSatisfy { $0.startShare == 0 && $0.endShare == 1 })
    let draws = study.schedule.randomDraws(study.ledger)
    #expect(draws.map(\.target) == ["0.8x", "0.4x", "0.8x", "0.4x", "0.8x"])
    #expect(study.schedule.searchSamples(study.ledger) == 2 * (6 * 100 + 2 * 300 + 900))
    #expect(study.schedule.randomSamples(study.ledger) == 5 * 900)
    for draw in draws {
      let member = try #require(study.member(draw.digest))
      let target = try #require(plan.targets.first { $0.label == draw.target })
      #expect((0.9 * target.seconds...target.seconds).contains(member.latency.seconds))
    }
  }

  @Test func `pays random search for what the search's diverged trainings have cost`() throws {
    let plan = try SimulatedStudy.plan { $0.randomSearch = true }
    let lost = Set(plan.members.filter { $0.role == .candidate }.prefix(8).map(\.digest))
    var study = SimulatedStudy(plan) {
      lost.contains($0.identifier.architectureDigest) ? nil : SimulatedStudy.typical($0)
    }
    try study.run()
    // One of the first target's candidates is left and climbs alone: 8/9 + 1 + 7/3 = 4.2.
    #expect(study.schedule.searchSamples(study.ledger) == 8 * 100 + 900 + 2100)
    #expect(study.requests(.randomSearch).count == 5)
  }

  @Test func `trains the audit's candidates to the end whatever their rank`() throws {
    let plan = try SimulatedStudy.plan { $0.audit = 4 }
    var study = SimulatedStudy(plan)
    try study.run()
    let sample = plan.targets.map { study.schedule.auditSample(study.ledger, $0) }
    #expect(sample.allSatisfy { $0.count == 4 && Set($0).count == 4 })
    for digest in sample.joined() {
      #expect((0...2).allSatisfy { study.ledger.hasCompleted(digest, rung: $0) })
    }
    // The others stop where halving stops them.
    var without = SimulatedStudy(try SimulatedStudy.plan())
    try without.run()
    #expect(Set(study.requests(.search).map(\.identifier)) == Set(without.requests(.search).map(\.identifier)))
    #expect(!study.requests(.audit).isEmpty)
    #expect(study.requests(.audit).allSatisfy { sample.joined().contains($0.identifier.architectureDigest) })
    // Who was dropped does not come back, however well it does in the end.
    var lucky = SimulatedStudy(plan) { $0.phase == .audit ? 0.99 : SimulatedStudy.typical($0) }
    try lucky.run()
    #expect(Set(lucky.requests(.final).map(\.identifier)) == Set(study.requests(.final).map(\.identifier)))
  }

  @Test func `leaves behind at each rung what diverged there, baselines too`() throws {
    let plan = try SimulatedStudy.plan { $0.candidatesPerTarget = 2 }
    for failing in 0..<3 {
      var probe = SimulatedStudy(plan)
      try probe.run()
      let winner = try #require(probe.waves[2].requests.first { $0.phase == .search }).identifier.architectureDigest
      let lost = [winner, plan.members[1].digest]
      var study = SimulatedStudy(plan) { request in
        lost.contains(request.identifier.architectureDigest) && request.identifier.rung == failing
          && request.phase != .final ? nil : SimulatedStudy.typical(request)
      }
      try study.run()
      for wave in study.waves where wave.rung > failing && wave.phase == .search {
        #expect(wave.requests.allSatisfy { !lost.contains($0.identifier.architectureDigest) })
      }
      let finalists = Set(study.requests(.final).map(\.identifier.architectureDigest))
      #expect(!finalists.contains(winner))
      // A baseline is retrained in the final whatever happened before.
      #expect(finalists.contains(plan.members[1].digest))
    }
  }

  @Test(arguments: [0, 1, 2]) func `says so when every candidate diverges`(rung: Int) throws {
    let plan = try SimulatedStudy.plan()
    var study = SimulatedStudy(plan) { request in
      request.phase == .search && request.identifier.rung == rung ? nil : SimulatedStudy.typical(request)
    }
    let error = #expect(throws: SearchError.self) { try study.run() }
    #expect(error?.code == .everythingFailed)
    let count = 2 * [9, 3, 1][rung]
    #expect(error?.description.contains("every one of the candidates' \(count) trainings diverged") == true)
    #expect(error?.description.contains("at step 3: the loss is nan") == true)
  }

  @Test func `says so when every candidate diverges in the final`() throws {
    let baselines = Set(TwoBlocks.baselines.map(\.architecture.digest))
    var study = SimulatedStudy(try SimulatedStudy.plan()) { request in
      request.phase == .final && !baselines.contains(request.identifier.architectureDigest)
        ? nil : SimulatedStudy.typical(request)
    }
    #expect(throws: SearchError.self) { try study.run() }
  }

  @Test func `of a plan in which nothing is chosen is a final of all its candidates`() throws {
    let plan = try TwoBlocks.plan()
    var study = SimulatedStudy(plan)
    try study.run()
    #expect(!plan.hasSearch && study.waves.map(\.phase) == [.final])
    #expect(study.waves[0].requests.map(\.identifier) == plan.trials.map(\.identifier))
    #expect(plan.trials.count == 2 * plan.members.count && plan.expectedTrials == plan.trials.count)
  }

  /// What random search happens to share with the search is not trained again.
  @Test(arguments: [(0, false), (9, false), (0, true)])
  func `foresees the number of trainings`(audit: Int, hasRandomSearch: Bool) throws {
    let plan = try SimulatedStudy.plan {
      $0.randomSearch = hasRandomSearch
      $0.audit = audit
    }
    var study = SimulatedStudy(plan)
    try study.run()
    let shared = Set(plan.randomDraws.map(\.digest)).intersection(study.ledger.candidates().map(\.digest))
    #expect((0...(4 * shared.count)).contains(plan.expectedTrials - study.records.count))
  }
}

@Suite struct `Further seeds` {
  /// - Parameter gain: What candidates have over baselines, in units of the seeds' standard deviation.
  private func study(_ gain: Double, most: Int) throws -> SimulatedStudy {
    let plan = try SimulatedStudy.plan(targets: [.relative(0.8, baseline: nil)]) { $0.maxSeeds = most }
    let baselines = Set(plan.members.filter { $0.role == .baseline }.map(\.digest))
    var study = SimulatedStudy(plan) { request in
      var random = CounterRandom(
        seed: request.identifier.seed, purpose: request.identifier.architectureDigest, stream: 7)
      let isBaseline = baselines.contains(request.identifier.architectureDigest)
      return 0.7 + 0.01 * ((isBaseline ? 0 : gain) + random.gaussian())
    }
    try study.run()
    return study
  }

  private func seeds(_ study: SimulatedStudy) -> [String: Int] {
    study.requests(.final).reduce(into: [:]) { $0[$1.identifier.architectureDigest, default: 0] += 1 }
  }

  @Test func `are not trained where the comparison is decided`() throws {
    #expect(Set(seeds(try study(20, most: 9)).values) == [3])
    #expect(Set(seeds(try study(-20, most: 9)).values) == [3])
  }

  @Test func `are trained up to the limit where it stays undecided, for those compared`() throws {
    // The two sides are drawn from one distribution; the study's seed is one for which they stay undecided.
    let study = try study(0, most: 6)
    let plan = study.schedule.plan
    let counts = seeds(study)
    let winner = try #require(plan.members.first { $0.role == .candidate && counts[$0.digest] != nil })
    #expect(counts[winner.digest] == 6)
    // Between DeiT-64 and DeiT-48, with DeiT-32 beyond: all three make the parabola.
    #expect(plan.members.prefix(3).allSatisfy { counts[$0.digest] == 6 })
    #expect(study.waves.filter { $0.phase == .final }.map(\.requests.count) == [12, 4, 4, 4])
  }

  @Test func `stop as soon as it is decided`() throws {
    let study = try study(1.5, most: 30)
    let final = study.waves.filter { $0.phase == .final }
    #expect(final.count > 1 && final.count < 28)
    // What the last wave decided was undecided before it.
    let plan = study.schedule.plan
    func probability(_ seeds: Int) throws -> Double {
      func interval(_ member: PlannedMember) throws -> MeanInterval {
        try #require(study.ledger.finalAccuracy(member.digest, seeds: seeds))
      }
      let winner = try #require(study.schedule.winner(study.ledger, plan.targets[0], seeds: { _ in seeds }))
      return try #require(
        WelchComparison.probability(
          that: interval(winner), at: winner.latency.seconds,
          beats: plan.members.prefix(3).map { .init(latencySeconds: $0.latency.seconds, accuracy: try interval($0)) }))
    }
    let last = 2 + final.count
    #expect(try Verdict.isDecidedEarly(probability(last)))
    #expect(try (3..<last).allSatisfy { try !Verdict.isDecidedEarly(probability($0)) })
  }
}

@Suite struct `A schedule that is resumed` {
  /// Everything at once: audit, random search, further seeds, trainings that diverge.
  private func whole() throws -> SimulatedStudy {
    let plan = try SimulatedStudy.plan {
      $0.randomSearch = true
      $0.audit = 3
      $0.maxSeeds = 6
    }
    let lost = plan.members[5].digest
    var study = SimulatedStudy(plan) {
      $0.identifier.architectureDigest == lost && $0.identifier.rung == 1 ? nil : SimulatedStudy.typical($0)
    }
    try study.run()
    return study
  }

  private func front(_ study: SimulatedStudy) -> FrontDocument {
    FrontDocument(
      StudyOutcome(study.schedule.plan, members: study.members, records: study.records), measured: [:])
  }

  @Test func `after any number of trials does the rest, and nothing twice`() throws {
    let whole = try whole()
    #expect(whole.waves.filter { $0.phase == .final }.count > 1 && !whole.requests(.audit).isEmpty)
    let expected = front(whole)
    for count in 0...whole.records.count {
      var study = SimulatedStudy(resuming: whole, Array(whole.records.prefix(count)))
      try study.run()
      #expect(study.records == whole.records, "after \(count)")
      #expect(front(study) == expected, "after \(count)")
    }
  }

  /// As several trainings at a time do: any subset of the last wave may have finished.
  @Test(arguments: 0..<20) func `does not depend on the order in which a wave's trials finish`(stream: Int) throws {
    let whole = try whole()
    var random = CounterRandom(seed: 1, purpose: "order", stream: UInt64(stream))
    var study = SimulatedStudy(resuming: whole, [])
    try study.run { requests in requests.shuffled(using: &random) }
    #expect(Set(study.records) == Set(whole.records))
    #expect(front(study) == front(whole))
    let count = Int(random.next32()) % study.records.count
    var resumed = SimulatedStudy(resuming: whole, Array(study.records.prefix(count)))
    try resumed.run { requests in requests.shuffled(using: &random) }
    #expect(Set(resumed.records) == Set(whole.records) && resumed.records.count == whole.records.count)
    #expect(front(resumed) == front(whole))
  }

  @Test func `keeps the training states that are still needed, and no others`() throws {
    let whole = try whole()
    for wave in whole.waves {
      #expect(wave.requests.compactMap(\.predecessor).allSatisfy { wave.states.contains($0) })
      #expect(wave.requests.filter(\.keepsState).allSatisfy { wave.states.contains($0.identifier) })
      #expect(wave.phase == .search || wave.states.isEmpty)
      #expect(wave.states.allSatisfy { $0.rung >= wave.rung - 1 })
    }
    // In the middle of a wave, also those of its finished trials.
    let first = whole.waves[0].requests.count
    let half = SimulatedStudy(resuming: whole, Array(whole.records.prefix(first + 5)))
    guard case .train(let wave)? = try half.next() else { return }
    #expect(whole.records[first..<(first + 5)].allSatisfy { wave.states.contains($0.identifier) })
  }
}

@Suite struct `Candidates proposed during a study` {
  /// Takes, for each target, those of the space's candidates that no member is.
  private func proposer(_ plan: StudyPlan) throws -> (StudyStep.Proposal, SimulatedStudy) -> [PlannedMember] {
    let problem = TwoBlocks.problem { $0.draws = 2048 }
    let all = try CandidateDrawing.draw(problem, predictor: ProductPredictor()).candidates
    return { proposal, study in
      var taken = Set(study.members.map(\.digest))
      return plan.targets.flatMap { target in
        all.filter { candidate in
          (0.9 * target.seconds...target.seconds).contains(candidate.latency.seconds)
            && !taken.contains(candidate.digest)
        }.prefix(proposal.count).map { candidate in
          taken.insert(candidate.digest)
          return PlannedMember(candidate, for: target, round: proposal.round)
        }
      }
    }
  }

  @Test func `are trained round by round before any goes on`() throws {
    let plan = try SimulatedStudy.plan { $0.rounds = 4 }
    #expect(plan.budget.roundSizes == [3, 2, 2, 2])
    #expect(plan.members.filter { $0.role == .candidate }.count == 6)
    var study = SimulatedStudy(plan)
    let proposer = try proposer(plan)
    try study.run(propose: proposer)
    #expect(study.waves.map(\.rung) == [0, 0, 0, 0, 1, 2, 2])
    #expect(study.waves.prefix(4).map { $0.requests.filter { $0.phase == .search }.count } == [6, 4, 4, 4])
    #expect(study.waves[4].requests.filter { $0.phase == .search }.count == 6)
    // The states of earlier rounds are kept until halving.
    #expect(study.waves[3].states.isSuperset(of: study.waves[0].requests.map(\.identifier)))
  }

  @Test func `end where the space gives no more`() throws {
    let plan = try SimulatedStudy.plan { $0.rounds = 3 }
    var study = SimulatedStudy(plan)
    try study.run()
    #expect(study.waves.map(\.rung) == [0, 1, 2, 2])
  }
}
