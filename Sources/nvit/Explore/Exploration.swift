internal import Foundation
internal import ViTArchitecture
internal import ViTFiles
internal import ViTLatency
internal import ViTNumerics
internal import ViTReport
internal import ViTSearch
internal import ViTStorage

/// One run of `nvit explore`: brings the space, the engine, the latency model and the study together.
struct Exploration {
  let options: ExploreCommand
  let space: SearchSpace
  let budget: SearchBudget
  let folderPath: String
  private let started = Date.now
  private let memory = PhaseMemory()

  init(options: ExploreCommand, space: SearchSpace, budget: SearchBudget, folderPath: String) {
    self.options = options
    self.space = space
    self.budget = budget
    self.folderPath = folderPath
  }

  private var threads: Int? { options.threads ?? space.latency.threads }

  // MARK: The three ways to run

  func dryRun() async throws {
    let prepared = try await prepare()
    Console.print(options.json ? try prepared.plan.json() : PlanTable.text(prepared.plan))
  }

  func start() async throws {
    let new = try NewStudyFolder(at: folderPath, overwrite: options.overwrite)
    let folder: StudyFolder
    let (evaluator, prepared): (EngineEvaluator?, Prepared)
    do {
      // First, since a missing data set should not cost the time of measuring.
      evaluator = try makeEvaluator(space: space, budget: budget, studyFolder: folderPath, threads: threads)
      prepared = try await prepare()
      var digests = try evaluator?.digests ?? InputDigests()
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
      if error is CancellationError { Console.note("stopped before the first training; nothing was kept") }
      throw error
    }
    try await carryOut(
      prepared.plan, in: folder, evaluator: evaluator, measuring: prepared.measuring, clock: prepared.clock)
  }

  func resume() async throws {
    let folder = try StudyFolder(resuming: folderPath, documentText: space.source.text)
    let plan = try folder.database.plan()
    guard options.budget(plan.budget) == plan.budget else {
      throw SearchError(
        .spaceChanged,
        "the study in \(folderPath) was started with another seed or budget; leave those options out, or start anew")
    }
    if let front = try folder.database.front() {
      // The run that found the front may have been cut short before all of its files were written.
      try folder.writeOutcome(front, renderings: try renderings(of: front, plan, in: folder))
      Console.note("the study in \(folderPath) is complete")
      return try show(front)
    }
    let evaluator = try makeEvaluator(
      space: space, budget: plan.budget, studyFolder: folderPath, threads: threads)
    if let evaluator {
      let new = try folder.admit(try evaluator.digests, places: evaluator.places)
      if !new.isEmpty {
        Console.note(
          """
          an older version started the study and did not note its \(new.map(\.rawValue).joined(separator: ", ")), \
          which could not be compared; from now on it is known by its content
          """)
      }
    }
    let measuring = try makeMeasuring(space: space, modelFile: options.latencyModel, threads: threads)
    try folder.begin(newRun())
    try await carryOut(plan, in: folder, evaluator: evaluator, measuring: measuring, clock: PhaseClock())
  }

  // MARK: Steps

  private struct Prepared {
    var plan: StudyPlan
    var latencies: LatencyFile
    var measuring: (any LatencyMeasuring)?
    var clock: PhaseClock
  }

  /// Gets a latency model and fixes the plan.
  private func prepare() async throws -> Prepared {
    var clock = PhaseClock()
    memory.enter(.latency)
    let display = StudyDisplay("latency model")
    var start = ContinuousClock.now
    let (space, modelFile, threads) = (space, options.latencyModel, threads)
    let latency = try await OwnThread.run {
      try makeLatency(space: space, modelFile: modelFile, threads: threads) { display.update($0) }
    }
    clock.add(.latency, since: start)
    display.finish("latency: \(latency.description)")

    memory.enter(.drawing)
    start = ContinuousClock.now
    let drawing = StudyDisplay("drawing")
    let plan = try StudyPlan(problem, predictor: latency.predictor, latencySource: latency.description) {
      drawing.update($0)
    }
    clock.add(.drawing, since: start)
    drawing.finish(PlanTable.summary(plan))
    return Prepared(plan: plan, latencies: latency.predictor, measuring: latency.measuring, clock: clock)
  }

  private var problem: SearchProblem {
    let rule = space.rule
    var problem = SearchProblem(space) { point in
      Dictionary(rule.values(at: point).map { ($0.path, $0.value) }) { first, _ in first }
    }
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
  ) async throws {
    let store = folder.database
    let proposer = try proposer(plan, in: folder)
    let earlierSeconds = try store.elapsedSeconds()
    let jobs = try await chooseJobs(plan, evaluator)
    evaluator?.share(among: jobs)
    let study = Study(
      plan: plan, store: store, evaluator: evaluator, proposer: proposer, measuring: measuring, jobs: jobs,
      earlierSeconds: earlierSeconds + clock.total)
    let display = StudyDisplay("exploring")
    var clock = clock
    do {
      let memory = memory
      let front = try await study.run { progress in
        memory.enter(progress.phase)
        return display.update(progress)
      }
      clock.merge(await study.clock)
      try folder.finish(front, renderings: try renderings(of: front, plan, in: folder))
      try close(.completed, clock, earlierSeconds, in: folder)
      display.finish("explored in \(PlanTable.times(clock))")
      let retaken = await study.retakenTrials
      if retaken > 0 { Console.note("begun again, as an earlier run did not finish them: \(retaken) trainings") }
      if !memory.text.isEmpty { Console.note("peak memory: \(memory.text)") }
      try show(front)
    } catch {
      clock.merge(await study.clock)
      let isCancelled = error is CancellationError
      // The error that ended the study matters more than a failure to note it down.
      try? close(isCancelled ? .interrupted : .failed, clock, earlierSeconds, in: folder)
      let kept = (try? store.records().count) ?? 0
      let command =
        (["nvit explore", options.space] + (options.to.map { ["--to", $0] } ?? [])
        + (options.latencyModel.map { ["--latency-model", $0] } ?? []) + ["--resume"])
        .joined(separator: " ")
      // Trainings that all diverged would not fare better again.
      let isHopeless = (error as? SearchError)?.code == .everythingFailed
      let all = "\(plan.hasSearch ? "about " : "")\(plan.expectedTrials)"
      display.finish(
        "\(isCancelled ? "stopped" : "ended by an error"); \(kept) of \(all) trainings are kept"
          + (isHopeless ? "" : "; resume with: \(command)"))
      throw error
    }
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
      Console.note("the report has no charts: \(error)")
    }
    return StudyReport([content], fronts: [front], bundle: bundle).files()
      .merging(["pareto.csv": FrontCSV.text(front), "front.svg": FrontPicture.svg(front)]) { first, _ in first }
  }

  /// The number of trainings at a time: the command line's, or the fastest.
  private func chooseJobs(_ plan: StudyPlan, _ evaluator: EngineEvaluator?) async throws -> Int {
    guard let evaluator else { return 1 }
    if let jobs = options.jobs { return min(jobs, evaluator.threads) }
    let choice = try await JobChoice(for: plan, recipe: evaluator.recipe, threads: evaluator.threads)
    let rates = choice.imagesPerSecond.sorted { $0.key < $1.key }
      .map { "\($0.key): \(ReadableNumber.count($0.value))" }.joined(separator: ", ")
    if !rates.isEmpty {
      Console.note("trainings at a time: \(choice.jobs) (images/s in all, by number at a time: \(rates))")
    }
    return choice.jobs
  }

  private func show(_ front: FrontDocument) throws {
    if options.json { return Console.print(try front.json()) }
    Console.print("\n" + FrontTable.text(front))
    Console.print(
      "results: \(folderPath) (report.html, study.sqlite, pareto.json, pareto.csv, front.svg, configs, weights)\n")
  }

  // MARK: Provenance

  private func newRun() -> Provenance.Run {
    Provenance.Run(
      version: Version.current, command: ["nvit"] + CommandLine.arguments.dropFirst(),
      started: started.formatted(.iso8601), threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
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
