internal import ViTArchitecture

/// Carries out a plan: trains every member with every seed, measures, finds the front, and tests it once.
///
/// Each finished trial is durable before it is announced. A study that stops, by a crash or by a wish, goes on from
/// the trials its store holds, and ends as it would have without the stop.
public actor Study {
  public let plan: StudyPlan
  private let store: any TrialStore
  private let evaluator: (any CandidateEvaluator)?
  private let measuring: (any LatencyMeasuring)?
  private let measuringSecondsPerMember: Double
  private let jobs: Int
  private let earlierSeconds: Double
  private let start = ContinuousClock.now

  /// Time spent so far, also when `run` throws.
  public private(set) var clock = PhaseClock()

  /// - Parameters:
  ///   - evaluator: Trains; nil only for a plan that trains nothing.
  ///   - measuring: Measures on this device; nil when predicted latencies are all there can be.
  ///   - measuringSecondsPerMember: Budget for measuring, for each member.
  ///   - jobs: Trainings at a time, at least 1; the results are the same for any number.
  ///   - earlierSeconds: What the study has taken before, in earlier runs and in preparing this one.
  public init(
    plan: StudyPlan, store: any TrialStore, evaluator: (any CandidateEvaluator)?,
    measuring: (any LatencyMeasuring)?, measuringSecondsPerMember: Double = 0.75,
    jobs: Int = 1, earlierSeconds: Double = 0
  ) {
    self.plan = plan
    self.store = store
    self.evaluator = evaluator
    self.measuring = measuring
    self.measuringSecondsPerMember = measuringSecondsPerMember
    self.jobs = max(1, jobs)
    self.earlierSeconds = earlierSeconds
  }

  /// Runs what is left of the study.
  ///
  /// - Parameter progress: Called often, from any thread; returning `false` asks to stop.
  /// - Throws: `CancellationError` when `progress` returned `false`; all trials finished before are kept.
  ///   `SearchError` when every training diverged, or when the store holds trials of another plan. Errors of the
  ///   evaluator, of measuring and of the store end the run as they are.
  public func run(
    progress: @escaping @Sendable (StudyProgress) -> Bool = { _ in true }
  ) async throws -> FrontDocument {
    let records = try await train(progress)
    if plan.trains, !records.contains(where: { $0.outcome.state == .completed }) {
      throw SearchError(.everythingFailed, Study.failures(records))
    }
    let measured = try await measure(records, progress)
    var front = FrontDocument(plan: plan, records: records, measured: measured)
    try await test(&front, progress)
    return front
  }

  // MARK: Training

  private func train(_ progress: @escaping @Sendable (StudyProgress) -> Bool) async throws -> [TrialRecord] {
    let start = ContinuousClock.now
    defer { clock.add(.training, since: start) }
    let trials = plan.trials
    let planned = Set(trials.map(\.identifier))
    var finished: Set<TrialIdentifier> = []
    for record in try store.records() {
      guard planned.contains(record.identifier) else {
        throw SearchError(
          .badStudy,
          "the study holds a trial of \(record.name) with seed \(record.identifier.seed) that its plan does not name")
      }
      finished.insert(record.identifier)
    }
    try store.add(plan.members)
    let waiting = trials.filter { !finished.contains($0.identifier) }
    let board = TrainingBoard(
      waiting, finishedTrials: finished.count, trialCount: trials.count,
      tailSeconds: measuring == nil ? 0 : measuringBudget(plan.members.count), progress)
    try await withThrowingTaskGroup(of: Void.self) { group in
      var next = waiting.makeIterator()
      func startNext() {
        guard let trial = next.next() else { return }
        group.addTask { try await self.train(trial, board) }
      }
      for _ in 0..<jobs { startNext() }
      do {
        while try await group.next() != nil { startNext() }
      } catch {
        // The other trainings stop at their next step.
        board.stop()
        throw error
      }
    }
    // In the plan's order, whatever order they finished in.
    let stored = Dictionary(try store.records().map { ($0.identifier, $0) }) { first, _ in first }
    return trials.compactMap { stored[$0.identifier] }
  }

  private func train(_ trial: TrialRequest, _ board: TrainingBoard) async throws {
    guard let evaluator else { throw SearchError(.badStudy, "the plan trains, but there is nothing to train with") }
    let member = plan.member(trial.identifier.architectureDigest)
    let name = member?.name ?? String(trial.identifier.architectureDigest.prefix(8))
    let seedNumber = (plan.trainingSeeds.firstIndex(of: trial.identifier.seed) ?? 0) + 1
    let report = { @Sendable (current: TrialProgress) -> Bool in
      board.report(trial, .init(name: name, seedNumber: seedNumber, progress: current))
    }
    guard report(TrialProgress(fraction: 0, trainingLoss: .nan, imagesPerSecond: 0)) else {
      throw CancellationError()
    }
    _ = try store.begin(trial.identifier)
    let outcome = try await evaluator.evaluate(trial, progress: report).checked
    try store.append(
      TrialRecord(
        identifier: trial.identifier, name: name, phase: member?.role == .baseline ? .baseline : .search,
        outcome: outcome, finishedSeconds: seconds))
    board.finish(trial)
  }

  /// Seconds that the study has taken, by a clock that goes on when the time of day is set back.
  private var seconds: Double { earlierSeconds + (ContinuousClock.now - start) / .seconds(1) }

  private static func failures(_ records: [TrialRecord]) -> String {
    let first = records.first.map { record in
      guard case .failed(let step, let reason) = record.outcome.state else { return record.name }
      return "\(record.name) at step \(step): \(reason)"
    }
    return """
      every one of the \(records.count) trainings diverged, the first being \(first ?? "none"); \
      a lower learning rate, a longer warm-up or gradient clipping may help
      """
  }

  // MARK: Measuring

  private func measuringBudget(_ count: Int) -> Double { measuringSecondsPerMember * Double(count) }

  /// All members that can be on the front are measured, so that the front compares like with like.
  private func measure(
    _ records: [TrialRecord], _ progress: @escaping @Sendable (StudyProgress) -> Bool
  ) async throws -> [String: LatencyRecord] {
    guard let measuring else { return [:] }
    let start = ContinuousClock.now
    defer { clock.add(.measuring, since: start) }
    let completed = Set(
      records.filter { $0.outcome.state == .completed }.map(\.identifier.architectureDigest))
    let members = plan.members.filter { !plan.trains || completed.contains($0.digest) }
    let count = plan.trials.count
    let trainingSeconds = clock.seconds[.training] ?? 0
    let budget = measuringBudget(members.count)
    let measured = try await OwnThread.run {
      try measuring.measure(members.map(\.architecture), budgetSeconds: budget) { fraction in
        let fraction = (trainingSeconds + fraction * budget) / max(trainingSeconds + budget, 1e-9)
        return progress(
          StudyProgress(phase: .measuring, fraction: fraction, finishedTrials: count, trialCount: count))
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

  /// The only use of the test split: every completed training of the front and of the baselines.
  private func test(
    _ front: inout FrontDocument, _ progress: @escaping @Sendable (StudyProgress) -> Bool
  ) async throws {
    guard plan.trains, let evaluator else { return }
    let start = ContinuousClock.now
    defer { clock.add(.testing, since: start) }
    let count = plan.trials.count
    guard progress(StudyProgress(phase: .testing, fraction: 0.99, finishedTrials: count, trialCount: count)) else {
      throw CancellationError()
    }
    let tested = front.entries.filter { $0.isOnFront || $0.role == .baseline }
    let trials = tested.flatMap { entry in
      (entry.validation?.trials ?? []).map {
        TrialIdentifier(architectureDigest: entry.digest, seed: $0.seed)
      }
    }
    let accuracies = try await evaluator.testAccuracies(of: trials)
    for index in front.entries.indices {
      let digest = front.entries[index].digest
      front.entries[index].test = AccuracySummary(
        plan.trainingSeeds.compactMap { seed in
          accuracies[TrialIdentifier(architectureDigest: digest, seed: seed)].map { .init(seed: seed, accuracy: $0) }
        })
    }
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
