package import ViTLatency

/// Carries out a plan: trains as `StudySchedule` says, measures, finds the front, and tests it once.
///
/// Each finished trial is durable before it is announced. A study that stops, by a crash or by a wish, goes on from
/// the trials its store holds, and ends as it would have without the stop.
package actor Study {
  package let plan: StudyPlan
  private let store: any TrialStore
  private let evaluator: (any CandidateEvaluator)?
  private let proposer: (any CandidateProposer)?
  private let measuring: (any LatencyMeasuring)?
  private let earlierSeconds: Double
  private static let measuringSecondsPerMember = 0.75
  private let start = ContinuousClock.now

  /// Time spent so far, also when `run` throws.
  package private(set) var clock = PhaseClock()
  /// Trainings that had begun in an earlier run, which ended before they did, and were begun again.
  package private(set) var retakenTrials = 0

  /// - Parameters:
  ///   - evaluator: Trains; nil only for a plan that trains nothing.
  ///   - proposer: Proposes candidates during the study; nil for a plan that holds all of them.
  ///   - measuring: Measures on this device; nil when predicted latencies are all there can be.
  ///   - earlierSeconds: What the study has taken before, in earlier runs and in preparing this one.
  package init(
    plan: StudyPlan, store: any TrialStore, evaluator: (any CandidateEvaluator)?,
    proposer: (any CandidateProposer)? = nil, measuring: (any LatencyMeasuring)?, earlierSeconds: Double = 0
  ) {
    self.plan = plan
    self.store = store
    self.evaluator = evaluator
    self.proposer = proposer
    self.measuring = measuring
    self.earlierSeconds = earlierSeconds
  }

  /// Runs what is left of the study.
  ///
  /// - Parameters:
  ///   - jobs: Trainings at a time, at least 1; the results are the same for any number.
  ///   - progress: Called often, from any thread; returning `false` asks to stop.
  /// - Throws: `CancellationError` when `progress` returned `false`; all trials finished before are kept.
  ///   `SearchError` when every candidate diverged, or when the store holds trials of another plan. Errors of the
  ///   evaluator, of measuring and of the store end the run as they are.
  package func run(
    jobs: Int = 1, progress: @escaping @Sendable (StudyProgress) -> Bool = { _ in true }
  ) async throws -> FrontDocument {
    try check(try store.records())
    try store.add(plan.members)
    try await train(jobs: jobs, progress)
    let (members, records) = (try store.members(), try store.records())
    let outcome = StudyOutcome(plan, members: members, records: records)
    let measured = try await measure(outcome, records.count, progress)
    var front = FrontDocument(outcome, measured: measured, images: evaluator?.imageCounts)
    try await test(&front, records.count, progress)
    // Once more, now that the test images have been looked at.
    front.conclude(outcome)
    return front
  }

  /// Members can be proposed during a study, but every seed and every rung is the plan's.
  private func check(_ records: [TrialRecord]) throws(SearchError) {
    let seeds = Set(plan.trainingSeeds + [plan.searchSeed])
    for record in records {
      let trial = record.identifier
      guard plan.trains, seeds.contains(trial.seed), (0...plan.lastRung).contains(trial.rung) else {
        throw SearchError(
          .badStudy,
          "the study holds a trial of \(record.name) with seed \(trial.seed) that its plan does not name")
      }
    }
  }

  // MARK: Training

  private func train(jobs: Int, _ progress: @escaping @Sendable (StudyProgress) -> Bool) async throws {
    let schedule = StudySchedule(plan)
    let board = TrainingBoard(
      finishedTrials: try store.records().count,
      tailSeconds: measuring == nil ? 0 : measuringBudget(StudyForecast.finalists(plan)), progress)
    var isExhausted = false
    while let step = try schedule.next(
      members: try store.members(), records: try store.records(), isExhausted: isExhausted)
    {
      switch step {
      case .propose(let proposal): isExhausted = try await propose(proposal) == 0
      case .train(let wave): try await train(wave, jobs: jobs, board)
      }
    }
    try evaluator?.dropStates(except: [])
  }

  /// Adds proposed candidates, all at once, and returns how many.
  private func propose(_ proposal: StudyStep.Proposal) async throws -> Int {
    let start = ContinuousClock.now
    defer { clock.add(.search, since: start) }
    guard let proposer else {
      throw SearchError(.badStudy, "the plan has candidates proposed during the study, but nothing to propose them")
    }
    let (members, records) = (try store.members(), try store.records())
    let kept = KeptProposals(plan: plan, proposer: proposer, measuring: measuring)
    let proposed = try await OwnThread.run { try kept.members(proposal, members: members, records: records) }
    try store.add(proposed)
    return proposed.count
  }

  private func train(_ wave: StudyStep.Wave, jobs: Int, _ board: TrainingBoard) async throws {
    guard let evaluator else { throw SearchError(.badStudy, "the plan trains, but there is nothing to train with") }
    let start = ContinuousClock.now
    defer { clock.add(wave.phase, since: start) }
    let members = try store.members()
    let names = Dictionary(members.map { ($0.digest, $0.name) }) { first, _ in first }
    board.begin(wave, later: StudyForecast(plan, members: members).after(wave))
    try evaluator.dropStates(except: wave.states)
    try await withThrowingTaskGroup(of: Void.self) { group in
      var next = wave.requests.makeIterator()
      func startNext() {
        guard let trial = next.next() else { return }
        let name = names[trial.identifier.architectureDigest] ?? ""
        group.addTask { try await self.train(trial, named: name, evaluator, board) }
      }
      for _ in 0..<max(1, jobs) { startNext() }
      do {
        while try await group.next() != nil { startNext() }
      } catch {
        // The other trainings stop at their next step.
        board.stop()
        throw error
      }
    }
  }

  private func train(
    _ trial: TrialRequest, named name: String, _ evaluator: any CandidateEvaluator, _ board: TrainingBoard
  ) async throws {
    let seedNumber = plan.trainingSeeds.firstIndex(of: trial.identifier.seed).map { $0 + 1 } ?? 0
    let report = { @Sendable (current: TrialProgress) -> Bool in
      board.report(
        trial,
        .init(name: name, phase: trial.phase, rung: trial.identifier.rung, seedNumber: seedNumber, progress: current))
    }
    guard report(TrialProgress(fraction: 0, trainingLoss: .nan, imagesPerSecond: 0)) else {
      throw CancellationError()
    }
    if try store.begin(trial.identifier) > 1 { retakenTrials += 1 }
    let outcome = try await evaluator.evaluate(trial, progress: report).checked
    try store.append(
      TrialRecord(
        identifier: trial.identifier, name: name, phase: trial.phase, outcome: outcome, finishedSeconds: seconds))
    board.finish(trial)
  }

  /// Seconds that the study has taken, by a clock that goes on when the time of day is set back.
  private var seconds: Double { earlierSeconds + (ContinuousClock.now - start) / .seconds(1) }

  // MARK: Measuring

  private func measuringBudget(_ count: Int) -> Double { Study.measuringSecondsPerMember * Double(count) }

  /// All members that can be on the front are measured, so that the front compares like with like.
  private func measure(
    _ outcome: StudyOutcome, _ trials: Int, _ progress: @escaping @Sendable (StudyProgress) -> Bool
  ) async throws -> [String: LatencyRecord] {
    guard let measuring else { return [:] }
    let start = ContinuousClock.now
    defer { clock.add(.measuring, since: start) }
    let seeds = plan.finalSeeds.upperBound
    let members = outcome.finalists.filter {
      !plan.trains || outcome.ledger.finalAccuracy($0.digest, seeds: seeds) != nil
    }
    let trainingSeconds = clock.trainingSeconds
    let budget = measuringBudget(members.count)
    let measured = try await OwnThread.run {
      try measuring.measure(members.map(\.architecture), budgetSeconds: budget) { fraction in
        let fraction = (trainingSeconds + fraction * budget) / max(trainingSeconds + budget, 1e-9)
        return progress(
          StudyProgress(phase: .measuring, fraction: fraction, finishedTrials: trials, trialCount: trials))
      }
    }
    guard measured.count == members.count else {
      throw SearchError(
        .badStudy, "\(members.count) latencies were to be measured, but \(measured.count) came back")
    }
    for (member, record) in zip(members, measured) where !(record.seconds > 0 && record.seconds.isFinite) {
      throw SearchError(.badStudy, "the measured latency of \(member.name) is \(record.seconds) s")
    }
    return Dictionary(zip(members.map(\.digest), measured)) { first, _ in first }
  }

  // MARK: Testing

  /// The only use of the test split: every completed training, in the final, of the front, of winners and baselines.
  private func test(
    _ front: inout FrontDocument, _ trials: Int, _ progress: @escaping @Sendable (StudyProgress) -> Bool
  ) async throws {
    guard plan.trains, let evaluator else { return }
    let start = ContinuousClock.now
    defer { clock.add(.testing, since: start) }
    guard progress(StudyProgress(phase: .testing, fraction: 0.99, finishedTrials: trials, trialCount: trials)) else {
      throw CancellationError()
    }
    func identifiers(_ entry: FrontEntry) -> [TrialIdentifier] {
      (entry.validation?.trials ?? []).map {
        TrialIdentifier(architectureDigest: entry.digest, seed: $0.seed, rung: plan.lastRung)
      }
    }
    let accuracies = try await evaluator.testAccuracies(of: front.entries.filter(\.isKept).flatMap(identifiers))
    for index in front.entries.indices {
      front.entries[index].test = AccuracySummary(
        identifiers(front.entries[index]).compactMap { trial in
          accuracies[trial].map { .init(seed: trial.seed, accuracy: $0) }
        }, images: front.images?.test)
    }
  }
}

extension PhaseClock {
  /// Seconds of all phases that train.
  fileprivate var trainingSeconds: Double {
    [.search, .randomSearch, .final].compactMap { seconds[$0] }.reduce(0, +)
  }
}

extension TrialOutcome {
  /// A completed training whose accuracy is no share is a failed one.
  fileprivate var checked: TrialOutcome {
    guard state == .completed, !(0...1).contains(validationAccuracy) else { return self }
    var outcome = self
    outcome.state = .failed(step: 0, reason: "the validation accuracy is \(validationAccuracy)")
    outcome.validationAccuracy = 0
    return outcome
  }
}
