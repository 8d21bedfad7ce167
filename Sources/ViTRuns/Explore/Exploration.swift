internal import Foundation
internal import ViTArchitecture
internal import ViTFiles
internal import ViTLatency
internal import ViTMeasuring
internal import ViTNumerics
internal import ViTReport
internal import ViTSearch
internal import ViTStorage

/// The work of one `ExploreRun`.
struct Exploration {
  private let settings: ExploreRun.Settings
  private let command: [String]
  private let observer: RunObserver
  private let space: SearchSpace
  private let budget: SearchBudget
  let folderPath: String
  private let started = Date.now
  private let memory = PhaseMemory()

  /// Reads the document.
  init(_ run: ExploreRun, _ observer: RunObserver) throws {
    settings = run.settings
    command = run.command
    self.observer = observer
    var space = try SearchSpace(contentsOf: run.settings.space)
    if let data = run.settings.data { space.dataset?.path = ProjectPath.absolute(data) }
    self.space = space
    budget = try run.settings.budget.checked(on: space.budget)
    folderPath = run.settings.folder ?? "outputs/\(ResolvedTarget(label: space.name, seconds: 0).slug)"
  }

  private var threads: Int? { settings.threads ?? space.latency.threads }

  // MARK: The ways to run

  func start(overwrite: Bool) async throws -> FrontDocument {
    let new = try NewStudyFolder(at: folderPath, overwrite: overwrite)
    let folder: StudyFolder
    let (evaluator, prepared): (EngineEvaluator?, Prepared)
    do {
      // First, since a missing data set should not cost the time of measuring.
      evaluator = try makeEvaluator(space: space, budget: budget, studyFolder: folderPath, threads: threads)
      prepared = try await prepare()
      var digests = evaluator?.digests ?? InputDigests()
      digests[.space] = SHA256.hexDigest(space.source.text.utf8)
      var provenance = Provenance(
        kind: RunLayout.explore.kind, version: Version.current, name: space.name, seed: budget.seed,
        device: Device.name, libraries: libraryVersions(), digests: digests)
      provenance.runs = [newRun()]
      let latencies = budget.sampler.learns ? try prepared.latencies.content(for: folderPath) : nil
      folder = try new.begin(
        prepared.plan, documentText: space.source.text, provenance: provenance, latencies: latencies)
    } catch {
      new.discardIfUnused()
      throw error
    }
    return try await carryOut(
      prepared.plan, in: folder, evaluator: evaluator, measuring: prepared.measuring, clock: prepared.clock)
  }

  func resume() async throws -> FrontDocument {
    let folder = try StudyFolder(resuming: folderPath, documentText: space.source.text)
    let plan = try folder.database.plan()
    guard settings.budget.applied(to: plan.budget) == plan.budget else {
      throw SearchError(
        .spaceChanged,
        "the study in \(folderPath) was started with another seed or budget; leave those options out, or start anew")
    }
    if let front = try folder.database.front() {
      // The run that found the front may have been cut short before all of its files were written.
      try folder.writeOutcome(front, renderings: try renderings(of: front, plan, in: folder))
      observer.note("the study in \(folderPath) is complete")
      return front
    }
    let evaluator = try makeEvaluator(
      space: space, budget: plan.budget, studyFolder: folderPath, threads: threads)
    if let evaluator {
      let new = try folder.admit(evaluator.digests, places: evaluator.places)
      if !new.isEmpty {
        observer.note(
          """
          an older version started the study and did not note its \(new.map(\.rawValue).joined(separator: ", ")), \
          which could not be compared; from now on it is known by its content
          """)
      }
    }
    let measuring = try makeMeasuring(space: space, modelFile: settings.latencyModel, threads: threads)
    try folder.begin(newRun())
    return try await carryOut(plan, in: folder, evaluator: evaluator, measuring: measuring, clock: PhaseClock())
  }

  // MARK: Steps

  struct Prepared {
    var plan: StudyPlan
    var latencies: LatencyFile
    var measuring: (any LatencyMeasuring)?
    var clock: PhaseClock
  }

  /// Gets a latency model and fixes the plan.
  func prepare() async throws -> Prepared {
    var clock = PhaseClock()
    memory.enter(.latency)
    var start = ContinuousClock.now
    let (modelFile, threads, observer) = (settings.latencyModel, threads, observer)
    let space = space
    var latency = try await OwnThread.run {
      try studyLatency(
        space: space, modelFile: modelFile, threads: threads, progress: observer.fractions(of: "latency model"))
    }
    clock.add(.latency, since: start)
    for note in latency.takeNotes() { observer.note(note) }
    observer.finished("latency: \(latency.description)")

    memory.enter(.drawing)
    start = ContinuousClock.now
    let (problem, begun) = (problem, latency)
    let (plan, known) = try await OwnThread.run {
      var latency = begun
      let plan = try latency.plan(problem, progress: observer.fractions(of: "drawing"))
      return (plan, latency)
    }
    latency = known
    for note in latency.takeNotes() { observer.note(note) }
    clock.add(.drawing, since: start)
    observer.finished(PlanTable.summary(plan))
    return Prepared(plan: plan, latencies: latency.predictor, measuring: latency.measuring, clock: clock)
  }

  private var problem: SearchProblem {
    var problem = SearchProblem(space)
    problem.budget = budget
    return problem
  }

  /// Proposes candidates during the study; nil where the plan holds all of them.
  private func proposer(_ plan: StudyPlan, in folder: StudyFolder) throws -> SamplerProposer? {
    guard plan.budget.sampler.learns else { return nil }
    return try SamplerProposer(
      plan: plan, problem: problem, predictor: try LatencyFile(contentsOf: folder.latencyFile))
  }

  private func carryOut(
    _ plan: StudyPlan, in folder: StudyFolder, evaluator: EngineEvaluator?,
    measuring: (any LatencyMeasuring)?, clock: PhaseClock
  ) async throws -> FrontDocument {
    let store = folder.database
    let proposer = try proposer(plan, in: folder)
    let earlierSeconds = try store.elapsedSeconds()
    let jobs = try await chooseJobs(plan, evaluator)
    evaluator?.share(among: jobs)
    _ = evaluator?.assumption.map { observer.note($0) }
    let study = Study(
      plan: plan, store: store, evaluator: evaluator, proposer: proposer, measuring: measuring,
      earlierSeconds: earlierSeconds + clock.total)
    var clock = clock
    do {
      let (memory, observer) = (memory, observer)
      let front = try await study.run(jobs: jobs) { progress in
        memory.enter(progress.phase)
        return observer.report(RunProgress(progress))
      }
      clock.merge(await study.clock)
      try folder.finish(front, renderings: try renderings(of: front, plan, in: folder))
      try close(.completed, clock, earlierSeconds, in: folder)
      observer.finished("explored in \(PlanTable.times(clock))")
      let retaken = await study.retakenTrials
      if retaken > 0 { observer.note("begun again, as an earlier run did not finish them: \(retaken) trainings") }
      if !memory.text.isEmpty { observer.note("peak memory: \(memory.text)") }
      return front
    } catch {
      clock.merge(await study.clock)
      // The error that ended the study matters more than a failure to note it down.
      try? close(error is CancellationError ? .interrupted : .failed, clock, earlierSeconds, in: folder)
      throw unfinished(plan, kept: (try? store.records().count) ?? 0, because: error)
    }
  }

  private func unfinished(_ plan: StudyPlan, kept: Int, because error: any Error) -> UnfinishedRun {
    var resumption = settings
    resumption.existing = .resume
    // The study knows them.
    resumption.budget = BudgetChanges()
    // Trainings that all diverged would not fare better again.
    let isHopeless = (error as? SearchError)?.code == .everythingFailed
    return UnfinishedRun(
      cause: error, kept: "\(kept) of \(plan.hasSearch ? "about " : "")\(plan.expectedTrials) trainings are kept",
      resumption: isHopeless ? nil : resumption)
  }

  /// The files that show the outcome, by name.
  private func renderings(
    of front: FrontDocument, _ plan: StudyPlan, in folder: StudyFolder
  ) throws -> [String: String] {
    let database = folder.database
    let content = ReportContent(
      front, plan: plan, records: try database.records(), provenance: try database.provenance(), space: space)
    var bundle: VegaBundle?
    do {
      bundle = try VegaBundle.installed()
    } catch {
      // A search does not end for want of its charts.
      observer.note("the report has no charts: \(error)")
    }
    return StudyReport([content], fronts: [front], bundle: bundle).files()
      .merging(["pareto.csv": FrontCSV.text(front), "front.svg": FrontPicture.svg(front)]) { first, _ in first }
  }

  /// The number of trainings at a time: the one asked for, or the fastest.
  private func chooseJobs(_ plan: StudyPlan, _ evaluator: EngineEvaluator?) async throws -> Int {
    guard let evaluator else { return 1 }
    let wanted = min(settings.jobs ?? evaluator.threads, evaluator.threads)
    let most = evaluator.jobsWithinMemory(plan.members.map(\.architecture), wanted: wanted)
    if most < wanted {
      observer.note("trainings at a time: at most \(most), since more do not fit into the memory that is left")
    }
    guard settings.jobs == nil else { return most }
    let choice = try await JobChoice(for: plan, recipe: evaluator.recipe, threads: evaluator.threads, most: most)
    let rates = choice.imagesPerSecond.sorted { $0.key < $1.key }
      .map { "\($0.key): \(ReadableNumber.count($0.value))" }.joined(separator: ", ")
    if !rates.isEmpty {
      observer.note("trainings at a time: \(choice.jobs) (images/s in all, by number at a time: \(rates))")
    }
    return choice.jobs
  }

  // MARK: Provenance

  private func newRun() -> Provenance.Run {
    Provenance.Run(
      version: Version.current, command: command, started: started.formatted(.iso8601),
      threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
  }

  private func close(
    _ state: Provenance.Run.State, _ clock: PhaseClock, _ earlierSeconds: Double, in folder: StudyFolder
  ) throws {
    guard var run = try folder.database.runs().last else { return }
    run.state = state
    run.finished = Date.now.formatted(.iso8601)
    memory.enter(nil)
    run.peakMemoryBytes = Dictionary(uniqueKeysWithValues: memory.peaks.map { ($0.key.rawValue, $0.value) })
    run.phaseSeconds = Dictionary(uniqueKeysWithValues: clock.seconds.map { ($0.key.rawValue, $0.value) })
    run.studySeconds = earlierSeconds + clock.total
    try folder.close(run)
  }
}
