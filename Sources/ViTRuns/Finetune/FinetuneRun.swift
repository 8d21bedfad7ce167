internal import Foundation
internal import ViTArchitecture
internal import ViTData
internal import ViTFiles
internal import ViTKernels
package import ViTPruning
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
    package var sparsity: SparsityPattern?
    /// Nil for every core.
    package var threads: Int?
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
    let family = try PrunedFamily.read(folder: settings.family)
    let snapshots = try chosen(of: family)
    let denseWeights = family.dense.weightsPath(in: settings.family)
    let dense = try TrainedModel.readDescription(
      folder: URL(fileURLWithPath: denseWeights).deletingLastPathComponent().path)
    let plan = FinetunePlan(settings, dense: dense, denseWeights: denseWeights)
    let document = try document(family, plan.settings)

    let folder = settings.folder
    let jobs = snapshots.flatMap { snapshot in
      (0..<UInt64(settings.seeds)).map { FamilyFinetuning.Job(snapshot: snapshot, seed: settings.seed + $0) }
    }
    let waiting = jobs.filter { job in
      !document.models.contains { model in
        model.target == job.snapshot.target && model.seed == job.seed
          && FileManager.default.fileExists(atPath: folder + "/" + model.weightsFile)
      }
    }
    guard !waiting.isEmpty else { return document }
    let finetuning = FamilyFinetuning(
      family: family, familyFolder: settings.family, settings: plan.settings, recipe: plan.recipe,
      data: try Dataset(dense.dataset), teachers: try plan.teachers(),
      threads: settings.threads ?? SystemInformation.coreCount, folder: folder)
    try finetuning.check(waiting)
    try checkSparsity(plan.settings, snapshots, observer)
    return try carryOut(finetuning, waiting, document, observer)
  }

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
  private func document(_ family: PrunedFamily, _ finetune: FinetuneSettings) throws -> FinetunedFamily {
    let fresh = FinetunedFamily(family: family.name, familySeed: family.seed, settings: finetune)
    let path = settings.folder + "/" + FinetunedFamily.fileName
    let exists = FileManager.default.fileExists(atPath: path)
    guard settings.existing == .resume else {
      guard !exists || settings.existing == .replace else {
        throw FileError(
          .alreadyExists, path: path,
          reason: "results are already there; add to them with --resume, choose another --to, or --overwrite")
      }
      return fresh
    }
    guard exists else { throw FileError(.notFound, path: path, reason: "there is no run to resume") }
    let found = try FinetunedFamily.read(folder: settings.folder)
    guard found.family == fresh.family, found.familySeed == fresh.familySeed, found.settings == fresh.settings else {
      throw FileError(
        .malformed, path: path,
        reason: """
          the results there are of family \(found.family), seed \(found.familySeed), with \
          \(try JSONDocument.field(found.settings, named: path)), but this run is of family \(fresh.family), seed \
          \(fresh.familySeed), with \(try JSONDocument.field(finetune, named: path)); choose another --to
          """)
    }
    return found
  }

  private func carryOut(
    _ finetuning: FamilyFinetuning, _ jobs: [FamilyFinetuning.Job], _ document: FinetunedFamily,
    _ observer: RunObserver
  ) throws -> FinetunedFamily {
    let folders = try NewFolders(at: finetuning.folder)
    defer { folders.removeEmpty() }
    let path = finetuning.folder + "/" + FinetunedFamily.fileName
    // Before the first weights are replaced, so that no description of the old ones stays.
    if settings.existing == .replace, unlink(path) != 0, errno != ENOENT {
      throw FileError(.cannotWrite, path: path, reason: String(cString: strerror(errno)))
    }
    let activity = settings.isFromScratch ? "training from scratch" : "finetuning"
    do {
      let result = try finetuning.run(jobs, addingTo: document) { progress in
        observer.report(
          RunProgress(
            activity: activity, fraction: progress.fraction,
            detail: "\(progress.training)/\(progress.trainingCount) \(progress.target), seed \(progress.seed)",
            loss: progress.loss, imagesPerSecond: progress.imagesPerSecond))
      }
      observer.finished("trained \(jobs.count) of \(jobs.count)")
      return result
    } catch {
      let kept = (try? FinetunedFamily.read(folder: finetuning.folder))?.models.count ?? 0
      var resumption = settings
      resumption.existing = .resume
      throw UnfinishedRun(
        cause: error, kept: "\(kept) of \(jobs.count + document.models.count) trainings are kept",
        resumption: error is CancellationError && kept > 0 ? resumption : nil)
    }
  }
}
