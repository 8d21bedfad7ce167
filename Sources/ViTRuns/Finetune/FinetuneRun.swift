package import ViTArchitecture
internal import ViTFiles
internal import ViTKernels
package import ViTPruning
internal import ViTStorage
internal import ViTTraining

/// Trains the members of a pruned family on, or anew.
package struct FinetuneRun: Sendable {
  package struct Settings: RunSettings, Hashable {
    /// The folder of the pruned family.
    package var family: String
    /// Where weights and the document go.
    package var folder: String
    /// Targets as the family writes them; empty for all.
    package var targets: [String] = []
    /// Instead of the recipe's.
    package var epochs: Double?
    /// Peak, instead of the recipe's.
    package var learningRate: Double?
    /// The first; the others follow it.
    package var seed: UInt64 = 0
    package var seeds = 1
    /// Fresh weights, and no dense model as a teacher.
    package var isFromScratch = false
    /// Of the dense model's distribution beside the labels; nil for 1, or 0 from scratch.
    package var teacherWeight: Double?
    package var temperature = 3.0
    /// A second teacher's weights or logits.
    package var hardTeacher: String?
    /// What its file does not say itself.
    package var hardTeacherFacts = WeightsFacts()
    package var sparsity: SparsityPattern?
    /// Nil for every core.
    package var threads: Int?
    /// Where the data set lies, instead of where the dense model's description says.
    package var data: String?
    /// The dense model's folder, instead of where the family says.
    package var dense: String?
    package var existing = ExistingResults.keep

    package init(family: String, to folder: String) {
      self.family = family
      self.folder = folder
    }
  }

  package let settings: Settings

  package init(_ settings: Settings) { self.settings = settings }

  /// Blocks until all trainings are done.
  ///
  /// - Returns: All results of the folder, those of earlier runs included.
  /// - Throws: `FileError` when the family is not sound, or results are there already; `RunError` for a target that the
  ///   family lacks; `UnfinishedRun` once trainings have begun.
  package func run(_ observer: RunObserver = .none) throws -> FinetunedFamily {
    let folder = try RunFolder(settings.folder, as: .finetune, existing: settings.existing)
    do {
      return try run(in: folder, observer)
    } catch {
      if !folder.exists(FinetunedFamily.fileName) { folder.discard() }
      throw error
    }
  }

  private func run(in folder: RunFolder, _ observer: RunObserver) throws -> FinetunedFamily {
    let source = try FinetuneSource(settings)
    let snapshots = try chosen(of: source.family)
    let document = try document(source, in: folder)
    let jobs = snapshots.flatMap { snapshot in
      (0..<UInt64(settings.seeds)).map { FamilyFinetuning.Job(snapshot: snapshot, seed: settings.seed + $0) }
    }
    let waiting = jobs.filter { job in
      !document.models.contains { model in
        model.target == job.snapshot.target && model.seed == job.seed && folder.exists(model.weightsFile)
      }
    }
    guard !waiting.isEmpty else { return document }
    let plan = source.plan
    let finetuning = FamilyFinetuning(
      FamilyFinetuning.Source(
        source.family, inFolder: settings.family, data: source.data, normalization: source.normalization,
        teachers: source.teachers),
      settings: plan.settings, recipe: plan.recipe, threads: threads, folder: folder.path)
    try finetuning.check(waiting)
    for assumption in plan.assumptions(source.teachers, source.normalization) { observer.note(assumption) }
    try checkSparsity(plan.settings, snapshots, observer)
    if settings.existing != .resume { try folder.clear() }
    // Says from the start on what the folder is for.
    try document.write(toFolder: folder.path)
    return try folder.carryOut(
      settings, name: source.family.name, seed: settings.seed, threads: threads, digests: source.digests
    ) {
      try carryOut(finetuning, waiting, document, in: folder, observer)
    }
  }

  private var threads: Int { settings.threads ?? SystemInformation.coreCount }

  private func chosen(of family: PrunedFamily) throws -> [PrunedFamily.Snapshot] {
    guard !settings.targets.isEmpty else { return family.snapshots }
    if let unknown = settings.targets.first(where: { target in !family.snapshots.contains { $0.target == target } }) {
      let known = family.snapshots.map(\.target).joined(separator: ", ")
      throw RunError(
        .badSettings, "\(settings.family) has no snapshot of target \"\(unknown)\", expected one of: \(known)")
    }
    return family.snapshots.filter { settings.targets.contains($0.target) }
  }

  /// Says which layers the pattern does not fit.
  private func checkSparsity(
    _ finetune: FinetuneSettings, _ snapshots: [PrunedFamily.Snapshot], _ observer: RunObserver
  ) throws {
    guard let sparsity = finetune.sparsity else { return }
    for snapshot in snapshots {
      let size = SparseSize(snapshot.model.architecture, pattern: sparsity)
      guard !size.sparseLayers.isEmpty else {
        throw FileError(
          .malformed, path: settings.family + "/" + PrunedFamily.fileName,
          reason: """
            no linear layer of target \(snapshot.target) has a number of inputs that is divisible by 4, so none can \
            be \(sparsity.rawValue) sparse
            """)
      }
      for layer in size.denseLayers {
        observer.note(
          "\(snapshot.target): \(layer.name) stays dense, its \(layer.inputs) inputs are not divisible by 4")
      }
      if !size.unacceleratedLayers.isEmpty {
        observer.note(
          """
          \(snapshot.target): \(size.unacceleratedLayers.count) of \(size.sparseLayers.count) sparse layers have \
          widths that sparse tensor cores do not take (outputs a multiple of 8, inputs of 16)
          """)
      }
    }
  }

  // MARK: Results

  /// What is there already, or a document without models.
  private func document(_ source: FinetuneSource, in folder: RunFolder) throws -> FinetunedFamily {
    let fresh = FinetunedFamily(
      family: source.family.name, familySeed: source.family.seed, settings: source.plan.settings,
      digests: source.digests)
    guard settings.existing == .resume else { return fresh }
    var found = try FinetunedFamily.read(inFolder: folder.path)
    let isSame =
      found.family == fresh.family && found.familySeed == fresh.familySeed
      && found.settings.isSame(as: fresh.settings, wherever: found.digests != nil)
    guard isSame else {
      let path = folder(FinetunedFamily.fileName)
      throw FileError(
        .malformed, path: path,
        reason: """
          the results there are of family \(found.family), seed \(found.familySeed), with \
          \(try JSONDocument.field(found.settings, named: path)), but this run is of family \(fresh.family), seed \
          \(fresh.familySeed), with \(try JSONDocument.field(fresh.settings, named: path)); choose another --to
          """)
    }
    try source.digests.check(against: found.digests ?? InputDigests(), folder: folder.path, places: source.places)
    found.digests = found.digests?.filling(source.digests) ?? source.digests
    return found
  }

  /// Which training a state is of, and what it tells of itself.
  private struct Standing: Codable {
    var target: String
    var seed: UInt64
    var figures: Trainer.Standing.Figures
  }

  private func carryOut(
    _ finetuning: FamilyFinetuning, _ jobs: [FamilyFinetuning.Job], _ document: FinetunedFamily,
    in folder: RunFolder, _ observer: RunObserver
  ) throws -> FinetunedFamily {
    let activity = settings.isFromScratch ? "training from scratch" : "finetuning"
    let store = StateStore<Standing>(folder: folder, schema: "nvit.finetuning-state/1")
    do {
      let saved = try store.load()
      let result = try finetuning.run(
        jobs, addingTo: document,
        standing: { job in
          guard let saved, saved.progress.target == job.snapshot.target, saved.progress.seed == job.seed else {
            return nil
          }
          return Trainer.Standing(state: saved.training, figures: saved.progress.figures)
        },
        keep: { job, standing in
          try store.save(
            standing.state, Standing(target: job.snapshot.target, seed: job.seed, figures: standing.figures),
            number: standing.state.updates)
        }
      ) { progress in
        observer.report(
          RunProgress(
            activity: activity, fraction: progress.fraction,
            detail: "\(progress.training)/\(progress.trainingCount) \(progress.target), seed \(progress.seed)",
            loss: progress.loss, imagesPerSecond: progress.imagesPerSecond))
      }
      try store.drop()
      observer.finished("trained \(jobs.count) of \(jobs.count)")
      return result
    } catch {
      let kept = (try? FinetunedFamily.read(inFolder: folder.path))?.models.count ?? 0
      var resumption = settings
      resumption.existing = .resume
      throw UnfinishedRun(
        cause: error, kept: "\(kept) of \(jobs.count + document.models.count) trainings are kept",
        resumption: error is CancellationError ? resumption : nil)
    }
  }
}
