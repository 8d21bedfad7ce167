internal import Foundation
package import ViTArchitecture
internal import ViTData
internal import ViTFiles
internal import ViTKernels
internal import ViTLatency
internal import ViTNumerics
package import ViTPruning
internal import ViTSearch
internal import ViTStorage
internal import ViTTraining

/// Prunes a trained model to one latency after another, with a snapshot for each.
package struct PruneRun: Sendable {
  package struct Settings: RunSettings, Hashable {
    /// The folder of the dense model.
    package var dense: String
    /// Latencies of a batch, largest first, as "0.5x" of the dense model's or "12ms".
    package var targets: [String]
    package var folder: String
    package var units = UnitOptions()
    package var saliency = SaliencyKind.taylor
    /// Of the share of latency that a group saves, against its share of saliency.
    package var latencyWeight = PruningSettings.standardLatencyWeight
    /// Training steps between removals.
    package var interval = 50
    package var groupsPerStep = 4
    /// Nil for a share of the recipe's peak.
    package var learningRate: Double?
    /// Of the divergence from the dense model, beside the labels' 1.
    package var teacherWeight = 1.0
    package var temperature = 3.0
    /// A second teacher's weights or logits.
    package var hardTeacher: String?
    package var seed: UInt64 = 0
    /// A latency model or table to go by instead of measuring.
    package var latencyModel: String?
    /// Nil for every core.
    package var threads: Int?
    /// Where the data set lies, instead of where the dense model's description says.
    package var data: String?
    /// What the files of the dense model's weights and of the second teacher's do not say themselves.
    package var facts = WeightsFacts()
    package var hardTeacherFacts = WeightsFacts()
    package var existing = ExistingResults.keep

    package init(dense: String, targets: [String], to folder: String) {
      self.dense = dense
      self.targets = targets
      self.folder = folder
    }
  }

  package struct Outcome: Sendable {
    package let family: PrunedFamily
    package let summary: PruningRun.Summary
    /// Wall time from the start of this run to each snapshot that it took itself.
    package let seconds: [Double]
    /// Whether an earlier run had come part of the way.
    package let isResumed: Bool
  }

  package let settings: Settings

  package init(_ settings: Settings) { self.settings = settings }

  private var threads: Int { settings.threads ?? SystemInformation.coreCount }

  /// Blocks until the last target is reached.
  ///
  /// - Throws: `FileError` when the dense model's folder is not one that a training left, or a run is there already;
  ///   `PruningError` for targets out of reach, a latency file that does not fit, or a run to resume that was another;
  ///   `UnfinishedRun` when the observer asks to stop once pruning has begun, `CancellationError` before.
  package func run(_ observer: RunObserver = .none) throws -> Outcome {
    let began = ContinuousClock.now
    // Before anything is measured, since the result would be lost in a folder that cannot be written to.
    let held = try RunFolder(settings.folder, as: .prune, existing: settings.existing)
    do {
      return try prune(in: held, since: began, observer)
    } catch {
      if !held.exists(PruningDescription.fileName) { held.discard() }
      throw error
    }
  }

  private func prune(
    in held: RunFolder, since began: ContinuousClock.Instant, _ observer: RunObserver
  ) throws -> Outcome {
    let opened = settings.existing == .resume ? try PruningFolder.open(held) : nil
    let source = try PruningSource(
      folder: settings.dense, facts: settings.facts, units: settings.units, data: settings.data, threads: threads)
    let latency =
      try opened.map { PruningLatency(file: $0.latency, remark: "resumed in \($0.path)") }
      ?? PruningLatency.find(
        source, explicitFile: settings.latencyModel, progress: observer.fractions(of: "measuring latencies"))
    let dense = source.weights.architecture
    let predicted = try latency.file.predict(dense)
    let pruning = pruningSettings(
      source,
      targets: try PruningTargets.resolve(
        settings.targets, dense: predicted, smallest: latency.file.predict(source.groups.smallest(of: dense))))
    // Before the folder is begun, so that a teacher that does not fit leaves nothing behind.
    let hardTeacher = try pruning.hardTeacher.map {
      try settings.hardTeacherFacts.teacher(in: $0, named: .options("hard-teacher-"))
    }
    let description = PruningDescription(
      name: source.description.name, settings: pruning, digests: source.digests(hardTeacher: hardTeacher))
    try opened.map { opened in
      var places: [InputDigests.Name: String] = [.data: source.description.dataset.path, .dense: settings.dense]
      places[.hardTeacher] = pruning.hardTeacher
      try description.check(against: opened.description, folder: settings.folder, places: places)
    }
    let folder = try opened ?? PruningFolder.start(in: held, description, latency: latency.file)
    observer.note(latency.remark)
    let assumptions = [
      source.assumption,
      pruning.hardTeacher.flatMap {
        hardTeacher?.assumption(source.normalization, path: $0, names: .options("hard-teacher-"))
      },
    ]
    for assumption in assumptions.compactMap(\.self) { observer.note(assumption) }
    var family = PrunedFamily(
      name: source.description.name, seed: pruning.seed, saliency: pruning.saliency.rawValue,
      latencyWeight: pruning.latencyWeight,
      dense: PrunedFamily.Model(
        architecture: dense, predictedLatency: predicted,
        validationAccuracy: source.description.validationAccuracy, weightsFile: source.weightsPath,
        weightsDigest: description.digests[.dense]),
      snapshots: [])
    family.digests = description.digests
    var run = PruningRun(
      settings: pruning, images: source.data.training, normalization: source.normalization, predictor: folder.latency,
      threads: threads)
    run.hardTeacher = hardTeacher
    return try held.carryOut(
      settings, name: description.name, seed: pruning.seed, threads: threads, digests: description.digests
    ) {
      try prune(run, source, folder, family, since: began, observer)
    }
  }

  private func pruningSettings(_ source: PruningSource, targets: [ResolvedTarget]) -> PruningSettings {
    var pruning = PruningSettings(
      targets: targets, groups: source.groups, divisors: source.divisors, recipe: source.recipe)
    pruning.seed = settings.seed
    pruning.saliency = settings.saliency
    pruning.latencyWeight = settings.latencyWeight
    pruning.interval = settings.interval
    pruning.groupsPerStep = settings.groupsPerStep
    pruning.learningRate = settings.learningRate ?? pruning.learningRate
    pruning.teacherWeight = settings.teacherWeight
    pruning.temperature = settings.temperature
    pruning.hardTeacher = settings.hardTeacher.map { ProjectPath.absolute($0) }
    pruning.hardTeacherNormalization = settings.hardTeacherFacts.named
    pruning.denseNormalization = settings.facts.named
    return pruning
  }

  private func prune(
    _ run: PruningRun, _ source: PruningSource, _ folder: PruningFolder, _ start: PrunedFamily,
    since began: ContinuousClock.Instant, _ observer: RunObserver
  ) throws -> Outcome {
    let state = try folder.state(dense: source.weights.architecture)
    var family = start
    family.snapshots = Array((try folder.family()?.snapshots ?? []).prefix(state?.progress.reachedTargets ?? 0))
    guard family.snapshots.count == state?.progress.reachedTargets ?? 0 else {
      throw FileError(
        .malformed, path: folder.path + "/family.json",
        reason: "\(family.snapshots.count) snapshots, expected the \(state?.progress.reachedTargets ?? 0) of the state")
    }
    var seconds: [Double] = []
    let activity = "pruning \(start.name)"
    let watcher = PruningRun.Observer(
      progress: { progress in
        observer.report(
          RunProgress(
            activity: activity, fraction: progress.fraction, latencySeconds: progress.latencySeconds,
            loss: progress.loss, imagesPerSecond: progress.imagesPerSecond))
      },
      snapshot: { target, state, latency in
        family.snapshots.append(try write(target, state, latency, source, folder))
        try family.write(toFolder: folder.path)
        seconds.append((ContinuousClock.now - began) / .seconds(1))
      },
      save: { try folder.save($0) })
    do {
      let summary = try run.prune(source.weights, from: state, watcher)
      try folder.finish()
      observer.finished(
        "pruned \(start.name) in \(ReadableNumber.clock((ContinuousClock.now - began) / .seconds(1)))")
      return Outcome(family: family, summary: summary, seconds: seconds, isResumed: state != nil)
    } catch is CancellationError {
      var resumption = settings
      resumption.existing = .resume
      throw UnfinishedRun(
        cause: CancellationError(),
        kept: "\(family.snapshots.count) of \(run.settings.targets.count) snapshots are in \(settings.folder)",
        resumption: resumption)
    }
  }

  private func write(
    _ target: ResolvedTarget, _ state: PruningState, _ latency: Estimate, _ source: PruningSource,
    _ folder: PruningFolder
  ) throws -> PrunedFamily.Snapshot {
    let weights = state.weights
    let evaluation = Evaluation(
      of: weights, on: source.data.validation, normalization: source.normalization, threads: threads)
    let file = try folder.writeSnapshot(
      weights, target: target.slug, mean: source.normalization.mean,
      standardDeviation: source.normalization.standardDeviation)
    return PrunedFamily.Snapshot(
      target: target.label, targetSeconds: target.seconds,
      model: PrunedFamily.Model(
        architecture: weights.architecture, predictedLatency: latency, validationAccuracy: evaluation.accuracy,
        weightsFile: file, weightsDigest: weights.digest),
      updates: state.training.updates, removedGroups: state.progress.removedGroups, keptUnits: state.progress.kept)
  }
}
