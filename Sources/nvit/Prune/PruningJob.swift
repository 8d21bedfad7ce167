internal import ArgumentParser
internal import Foundation
internal import ViTArchitecture
internal import ViTData
internal import ViTFiles
internal import ViTLatency
internal import ViTNumerics
internal import ViTPruning
internal import ViTTraining

/// `nvit prune`, from the dense model to the table.
final class PruningJob {
  private let options: PruneCommand
  private let clock = ContinuousClock()
  private let began = ContinuousClock.now

  init(_ options: PruneCommand) { self.options = options }

  func run() throws {
    let isThere = PruningFolder.holdsRun(options.to)
    if isThere, !options.resume, !options.overwrite {
      throw FileError(
        .alreadyExists, path: options.to,
        reason: "a pruning run is already there; choose another --to, or go on with it by --resume, or --overwrite")
    }
    let opened = options.resume ? try PruningFolder.open(at: options.to) : nil
    let source = try PruningSource(options)
    // Before anything is measured, since the result would be lost in a folder that cannot be written to.
    let folders = try NewFolders(at: options.to)
    defer { folders.removeEmpty() }
    let latency = try opened.map { PruningLatency(file: $0.latency, remark: "resumed in \($0.path)") } ?? find(source)
    let dense = source.weights.architecture
    let predicted = try latency.file.predict(dense)
    let settings = try settings(
      source,
      targets: PruningTargets.resolve(
        options.targets, dense: predicted, smallest: latency.file.predict(source.groups.smallest(of: dense))))
    let description = PruningFolder.Description(
      name: source.description.name, dense: source.weights, settings: settings)
    if let opened { try check(opened.description, description) }
    // Before the folder is begun, so that a teacher that does not fit leaves nothing behind.
    let hardTeacher = try settings.hardTeacher.map { try Teacher(contentsOf: $0) }
    let folder = try opened ?? PruningFolder.start(at: options.to, description, latency: latency.file)
    Console.note(latency.remark)
    let family = PrunedFamily(
      name: source.description.name, seed: settings.seed, saliency: settings.saliency.rawValue,
      latencyWeight: settings.latencyWeight,
      dense: PrunedFamily.Model(
        architecture: dense, predictedLatency: predicted,
        validationAccuracy: source.description.validationAccuracy, weightsFile: source.weightsPath),
      snapshots: [])
    try prune(source, settings, hardTeacher, folder, family)
  }

  private func find(_ source: PruningSource) throws -> PruningLatency {
    let bar = ProgressBar("measuring latencies")
    return try PruningLatency.find(source, explicitFile: options.latencyModel, progress: bar.report)
  }

  private func settings(_ source: PruningSource, targets: [ResolvedTarget]) throws -> PruningSettings {
    var settings = PruningSettings(
      targets: targets, groups: source.groups, divisors: source.divisors, recipe: source.recipe)
    settings.seed = options.seed
    settings.saliency = options.saliency
    settings.latencyWeight = options.latencyWeight
    settings.interval = options.interval
    settings.groupsPerStep = options.groupsPerStep
    settings.learningRate = options.learningRate ?? settings.learningRate
    settings.teacherWeight = options.teacherWeight
    settings.temperature = options.temperature
    settings.hardTeacher = options.hardTeacher.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
    return settings
  }

  /// - Throws: `PruningError` when the run to resume is another one.
  private func check(_ started: PruningFolder.Description, _ asked: PruningFolder.Description) throws {
    if let difference = asked.settings.difference(from: started.settings) {
      throw PruningError(.settingsChanged, "\(options.to): \(difference); resume with the same options")
    }
    guard asked.denseDigest == started.denseDigest else {
      throw PruningError(
        .settingsChanged, "\(options.to): the dense weights in \(options.dense) are not those that it was started with")
    }
  }

  private func prune(
    _ source: PruningSource, _ settings: PruningSettings, _ hardTeacher: Teacher?, _ folder: PruningFolder,
    _ start: PrunedFamily
  ) throws {
    let state = try folder.state(dense: source.weights.architecture)
    var family = start
    family.snapshots = Array((try folder.family()?.snapshots ?? []).prefix(state?.progress.reachedTargets ?? 0))
    guard family.snapshots.count == state?.progress.reachedTargets ?? 0 else {
      throw FileError(
        .malformed, path: folder.path + "/family.json",
        reason: "\(family.snapshots.count) snapshots, expected the \(state?.progress.reachedTargets ?? 0) of the state")
    }
    let report = PruningReport(family: family, isResumed: state != nil)
    let bar = ProgressBar("pruning \(start.name)")
    var run = PruningRun(
      settings: settings, images: source.data.training, normalization: source.normalization, predictor: folder.latency,
      threads: options.threads.count)
    run.hardTeacher = hardTeacher
    let observer = PruningRun.Observer(
      progress: { progress in
        bar.update(
          progress.fraction,
          remark: """
            \(ReadableNumber.milliseconds(progress.latencySeconds)), loss \(ReadableNumber.fixed(progress.loss, decimals: 3)), \
            \(Int(progress.imagesPerSecond)) images/s
            """)
        return !Interruption.isRequested
      },
      snapshot: { [self] target, state, latency in
        let snapshot = try write(target, state, latency, source, folder)
        family.snapshots.append(snapshot)
        try folder.write(family)
        report.seconds.append((clock.now - began) / .seconds(1))
      },
      save: { try folder.save($0) })
    do {
      let summary = try run.prune(source.weights, from: state, observer)
      folder.finish()
      bar.finish("pruned \(start.name) in \(ReadableNumber.clock((clock.now - began) / .seconds(1)))")
      report.family = family
      try report.show(summary, folder: options.to, asJSON: options.json)
    } catch is CancellationError {
      throw ResumableCancellation(
        description: """
          stopped; \(family.snapshots.count) of \(settings.targets.count) snapshots are in \(options.to); go on with \
          the same command and --resume
          """)
    }
  }

  private func write(
    _ target: ResolvedTarget, _ state: PruningState, _ latency: Estimate, _ source: PruningSource,
    _ folder: PruningFolder
  ) throws -> PrunedFamily.Snapshot {
    let weights = state.weights
    let evaluation = Evaluation(
      of: weights, on: source.data.validation, normalization: source.normalization, threads: options.threads.count)
    let file = try folder.writeSnapshot(
      weights, target: target.slug, mean: source.normalization.mean,
      standardDeviation: source.normalization.standardDeviation)
    return PrunedFamily.Snapshot(
      target: target.label, targetSeconds: target.seconds,
      model: PrunedFamily.Model(
        architecture: weights.architecture, predictedLatency: latency, validationAccuracy: evaluation.accuracy,
        weightsFile: file),
      updates: state.training.updates, removedGroups: state.progress.removedGroups, keptUnits: state.progress.kept)
  }
}
