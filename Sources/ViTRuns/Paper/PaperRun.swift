internal import Foundation
internal import ViTArchitecture
internal import ViTData
internal import ViTFiles
internal import ViTKernels
internal import ViTLatency
internal import ViTPruning
internal import ViTSearch
internal import ViTStorage
internal import ViTNumerics
internal import ViTMeasuring

/// Asks NViT's questions of a data set: a chain of trainings, prunings and finetunings, then the table and the picture.
package struct PaperRun: Sendable {
  package struct Settings: RunSettings, Hashable {
    /// A document with nothing open, a data set and a recipe.
    package var space: String
    /// For everything.
    package var folder: String
    /// Latencies to prune to, largest first, each once.
    package var targets = ["0.7x", "0.5x", "0.35x", "0.2x"]
    /// Number of seeds of the whole chain, counted from 1.
    package var seeds = 3
    /// Nil for half of the recipe's.
    package var finetuneEpochs: Double?
    /// Where criteria are compared; nil for the second target.
    package var ablationTarget: String?
    /// Of finetuning in the comparison of criteria; nil for a third of the others'.
    package var ablationEpochs: Double?
    /// Nil for every core.
    package var threads: Int?

    package init(space: String, to folder: String) {
      self.space = space
      self.folder = folder
    }
  }

  /// The tables as Markdown, which `paper.md` holds too.
  package struct Outcome: Sendable {
    package let markdown: String
  }

  package let settings: Settings

  package init(_ settings: Settings) { self.settings = settings }

  /// Carries out the steps that are not done yet, then writes tables and picture. Blocks until then.
  ///
  /// - Throws: What reading the document throws; `UnfinishedRun` once the folder is there, with `PaperStepError` as its
  ///   cause when a step failed.
  package func run(_ observer: RunObserver = .none) throws -> Outcome {
    let source = try ModelSource(path: settings.space, recipePath: nil, baseline: nil, hasOptions: false)
    let plan = PaperPlan(settings, epochs: source.recipe.epochs)
    let threads = settings.threads ?? SystemInformation.coreCount
    let log = PaperLog(plan: plan)
    // The same command goes on.
    let isThere = RunLayout.paper.holdsRun(plan.folder)
    let folder = try RunFolder(plan.folder, as: .paper, existing: isThere ? .resume : .keep)
    let digests = try inputs(source)
    if let started = try folder.provenance() {
      try digests.check(against: started.digests, folder: plan.folder, places: [.data: source.dataset.path])
    }
    return try folder.carryOut(settings, name: source.name, seed: 1, threads: threads, digests: digests) {
      try carryOut(plan, source, log, threads, observer)
    }
  }

  /// Data are read once to know them, and once more when they are needed: memory is the steps' until then.
  private func inputs(_ source: ModelSource) throws -> InputDigests {
    InputDigests([
      .data: try Dataset(
        source.dataset, classes: source.architecture.classCount, relativeTo: source.folder
      ).digest
    ])
  }

  private func carryOut(
    _ plan: PaperPlan, _ source: ModelSource, _ log: PaperLog, _ threads: Int, _ observer: RunObserver
  ) throws -> Outcome {
    do {
      try log.begin()
      let model = try latencyModel(plan, source, threads, observer)
      for target in plan.targets { try writeDeiT(of: target, source.architecture, model, plan) }
      try runSteps(plan, log, observer)

      let data = try Dataset(
        source.dataset, classes: source.architecture.classCount, relativeTo: source.folder)
      let meter = DeviceLatencyMeter(batchSize: source.latency.batchSize, threads: threads)
      let collection = PaperCollection(
        plan: plan, name: source.name, data: data, predictor: model, meter: meter, threads: threads, observer: observer)
      let paper = try collection.document(steps: try log.records())
      let table = PaperTable.markdown(paper)
      try AtomicFile.write(table, to: plan.path("paper.md"))
      try AtomicFile.write(PaperTable.picture(paper), to: plan.path("accuracy.svg"))
      try AtomicFile.write(try JSONDocument.text(paper, named: "paper.json"), to: plan.path("paper.json"))
      return Outcome(markdown: table)
    } catch {
      throw UnfinishedRun(
        cause: error, kept: "\((try? log.records().count) ?? 0) of \(plan.steps.count) steps are kept",
        resumption: error is CancellationError ? settings : nil)
    }
  }

  // MARK: Steps

  private func runSteps(_ plan: PaperPlan, _ log: PaperLog, _ observer: RunObserver) throws {
    let steps = plan.steps
    let finished = Set(try log.records().map(\.name))
    let isDone = { (step: PaperStep) in
      finished.contains(step.name) && FileManager.default.fileExists(atPath: plan.path(step.product))
    }
    var left = steps.filter { !isDone($0) }.reduce(0) { $0 + $1.weight }
    var (worked, spent) = (0.0, 0.0)
    for (index, step) in steps.enumerated() where !isDone(step) {
      // Before the first step is done, nothing is known of this machine's speed.
      let remaining = worked > 0 ? ", about \(ReadableNumber.clock(left * spent / worked)) left" : ""
      guard observer.note("[\(index + 1)/\(steps.count)\(remaining)] \(step.name)\n  \(step.command)") else {
        throw CancellationError()
      }
      let seconds = try run(step, numbered: index + 1, plan, log, observer)
      worked += step.weight
      spent += seconds
      left -= step.weight
    }
  }

  /// Returns the seconds that the step took.
  private func run(
    _ step: PaperStep, numbered number: Int, _ plan: PaperPlan, _ log: PaperLog, _ observer: RunObserver
  ) throws -> Double {
    // What the steps before held is not this one's.
    SystemInformation.releaseFreeMemory()
    SystemInformation.resetPeakMemory()
    let start = ContinuousClock.now
    let text: String
    do {
      // What an earlier run left half-done is done again; runs that can go on do so.
      text = try step.run(resumes: canResume(step, plan), observer)
    } catch {
      let cause = (error as? UnfinishedRun)?.cause ?? error
      throw cause is CancellationError ? cause : PaperStepError(command: step.command, cause: cause)
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    try makeFolder(plan.path("log"))
    try AtomicFile.write(text, to: plan.path("log/\(number).txt"))
    try log.append(
      PaperStepRecord(
        name: step.name, command: step.command, seconds: seconds, peakMemoryBytes: SystemInformation.peakMemoryBytes))
    return seconds
  }

  /// Whether the run was stopped in the middle and can go on.
  private func canResume(_ step: PaperStep, _ plan: PaperPlan) -> Bool {
    let folder = plan.path(step.product).split(separator: "/", omittingEmptySubsequences: false).dropLast()
      .joined(separator: "/")
    return step.resumableFiles.contains { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }
  }

  private func makeFolder(_ path: String) throws(FileError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw FileError(.cannotCreate, path: path, reason: error.localizedDescription)
    }
  }

  // MARK: Latencies

  /// The model that everything in the chain is pruned by: measured once, of random prunings of the dense model.
  private func latencyModel(
    _ plan: PaperPlan, _ source: ModelSource, _ threads: Int, _ observer: RunObserver
  ) throws -> LatencyModel {
    let path = plan.path("latency-model.json")
    if FileManager.default.fileExists(atPath: path) {
      guard case .model(let model) = try LatencyFile(contentsOf: path), model.conditions.device == Device.name else {
        throw FileError(
          .malformed, path: path, reason: "it holds no latency model of this device; remove it to measure anew")
      }
      try model.require(batchSize: source.latency.batchSize, threads: threads)
      return model
    }
    let dense = source.architecture
    let meter = DeviceLatencyMeter(batchSize: source.latency.batchSize, threads: threads)
    let model = try LatencyModelling(meter: meter).model(
      for: GroupSettings(for: dense).members(of: dense), budgetSeconds: source.latency.budgetSeconds,
      progress: observer.fractions(of: "measuring"))
    try LatencyFile.model(model).write(to: path)
    observer.finished("latency model of \(model.measurements.count) measured prunings")
    return model
  }

  // MARK: DeiT of equal latency

  /// Writes the uniform network whose predicted latency is closest to the target's.
  private func writeDeiT(
    of target: String, _ dense: Architecture, _ model: LatencyModel, _ plan: PaperPlan
  ) throws {
    let seconds: Double
    switch LatencyTarget(target) {
    case .seconds(let value): seconds = value
    case .relative(let share, _): seconds = share * (try model.predict(dense).seconds)
    case nil: return
    }
    let family = UniformFamily(like: dense)
    let members = try family.members.map { ($0, abs(try model.predict($0).seconds - seconds)) }
    guard let closest = members.min(by: { $0.1 < $1.1 })?.0 else { return }
    try makeFolder(plan.path(plan.deit(target)))
    try AtomicFile.write(closest.canonicalJSON + "\n", to: plan.path(plan.deitFile(target)))
  }
}
