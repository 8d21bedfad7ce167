internal import ArgumentParser
internal import Foundation
internal import ViTArchitecture
internal import ViTData
internal import ViTFiles
internal import ViTNumerics
internal import ViTPruning
internal import ViTSearch
internal import ViTTraining

/// One run of `nvit finetune`: brings the pruned family, the dense model's description and the engine together.
struct FinetuneRun {
  let options: FinetuneCommand

  func run() async throws {
    let family = try PrunedFamily.read(folder: options.family)
    let snapshots = try chosen(of: family)
    let denseWeights = family.dense.weightsPath(in: options.family)
    let dense = try TrainedModel.readDescription(
      folder: URL(fileURLWithPath: denseWeights).deletingLastPathComponent().path)
    let plan = plan(dense, teacher: denseWeights)
    var document = try document(family, plan.settings)

    let folder = options.to
    let jobs = snapshots.flatMap { snapshot in
      (0..<UInt64(options.seeds)).map { FamilyFinetuning.Job(snapshot: snapshot, seed: options.seed + $0) }
    }
    let waiting = jobs.filter { job in
      !document.models.contains { model in
        model.target == job.snapshot.target && model.seed == job.seed
          && FileManager.default.fileExists(atPath: folder + "/" + model.weightsFile)
      }
    }
    if !waiting.isEmpty {
      let finetuning = FamilyFinetuning(
        family: family, familyFolder: options.family, settings: plan.settings, recipe: plan.recipe,
        data: try Dataset(dense.dataset), teachers: try plan.teachers(), threads: options.threads.count, folder: folder)
      try finetuning.check(waiting)
      try note(plan.settings, snapshots)
      document = try await carryOut(finetuning, waiting, document)
    }
    if options.json { return try JSONOutput.print(document) }
    Console.print("\n" + FinetuneTable.text(document) + "results: \(folder) (\(FinetunedFamily.fileName), weights)\n")
  }

  private func chosen(of family: PrunedFamily) throws -> [PrunedFamily.Snapshot] {
    guard !options.targets.isEmpty else { return family.snapshots }
    if let unknown = options.targets.first(where: { target in !family.snapshots.contains { $0.target == target } }) {
      throw UnknownTarget(target: unknown, known: family.snapshots.map(\.target), folder: options.family)
    }
    return family.snapshots.filter { options.targets.contains($0.target) }
  }

  // MARK: What is trained how

  private struct Plan {
    var settings: FinetuneSettings
    var recipe: TrainingRecipe

    /// Reads the teachers that settings and recipe name.
    func teachers() throws -> Teachers {
      if let own = recipe.distillation { return Teachers(try Teacher(contentsOf: own.teacher)) }
      return Teachers(
        try settings.teacher.map { try Teacher(contentsOf: $0) },
        hard: try settings.hardTeacher.map { try Teacher(contentsOf: $0) })
    }
  }

  private func plan(_ dense: TrainedModel, teacher: String) -> Plan {
    var recipe = dense.recipe
    if let epochs = options.epochs { recipe.epochs = epochs }
    recipe.learningRate = options.learningRate ?? recipe.learningRate
    recipe.minimumLearningRate = min(recipe.minimumLearningRate, recipe.learningRate)
    // Trained weights need no warm-up; NViT's finetuning has none.
    recipe.warmupEpochs = options.scratch ? min(recipe.warmupEpochs, recipe.epochs) : 0
    var settings = FinetuneSettings(
      kind: options.scratch ? .scratch : .finetuned, epochs: recipe.epochs, learningRate: recipe.learningRate,
      sparsity: options.sparsity)

    let weight = options.teacherWeight ?? (options.scratch ? 0 : 1)
    if options.scratch, weight == 0, options.hardTeacher == nil {
      // The recipe as it is, with its own teacher if it has one.
      if let own = recipe.distillation, own.kind == .hard {
        settings.hardTeacher = own.teacher
        settings.hardWeight = own.weight
      } else if let own = recipe.distillation {
        settings.teacher = own.teacher
        settings.teacherWeight = own.weight
        settings.temperature = own.temperature
      }
      return Plan(settings: settings, recipe: recipe)
    }
    let own = recipe.distillation.flatMap { $0.kind == .hard ? $0 : nil }
    if weight > 0 {
      settings.teacher = absolute(teacher)
      settings.teacherWeight = weight
      settings.temperature = options.temperature
    }
    settings.hardTeacher = options.hardTeacher.map(absolute) ?? own?.teacher
    // DeiT's share.
    settings.hardWeight = settings.hardTeacher == nil ? 0 : own?.weight ?? 0.5
    recipe.distillation = nil
    return Plan(settings: settings, recipe: recipe)
  }

  private func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

  private func note(_ settings: FinetuneSettings, _ snapshots: [PrunedFamily.Snapshot]) throws {
    guard let sparsity = settings.sparsity else { return }
    for snapshot in snapshots {
      let size = SparseSize(snapshot.model.architecture, pattern: sparsity)
      guard !size.sparseLayers.isEmpty else {
        throw FileError(
          .malformed, path: options.family + "/" + PrunedFamily.fileName,
          reason: """
            no linear layer of target \(snapshot.target) has a number of inputs that is divisible by 4, so none can \
            be \(sparsity.rawValue) sparse
            """)
      }
      for layer in size.denseLayers {
        Console.note("\(snapshot.target): \(layer.name) stays dense, its \(layer.inputs) inputs are not divisible by 4")
      }
      if !size.unacceleratedLayers.isEmpty {
        Console.note(
          """
          \(snapshot.target): \(size.unacceleratedLayers.count) of \(size.sparseLayers.count) sparse layers have \
          widths that sparse tensor cores do not take (outputs a multiple of 8, inputs of 16)
          """)
      }
    }
  }

  // MARK: Results

  /// What is there already, or a document without models.
  private func document(_ family: PrunedFamily, _ settings: FinetuneSettings) throws -> FinetunedFamily {
    let fresh = FinetunedFamily(family: family.name, familySeed: family.seed, settings: settings)
    let path = options.to + "/" + FinetunedFamily.fileName
    let exists = FileManager.default.fileExists(atPath: path)
    guard options.resume else {
      guard !exists || options.overwrite else {
        throw FileError(
          .alreadyExists, path: path,
          reason: "results are already there; add to them with --resume, choose another --to, or --overwrite")
      }
      return fresh
    }
    guard exists else { throw FileError(.notFound, path: path, reason: "there is no run to resume") }
    let found = try FinetunedFamily.read(folder: options.to)
    guard found.family == fresh.family, found.familySeed == fresh.familySeed, found.settings == fresh.settings else {
      throw FileError(
        .malformed, path: path,
        reason: """
          the results there are of family \(found.family), seed \(found.familySeed), with \(try text(found.settings)), \
          but this run is of family \(fresh.family), seed \(fresh.familySeed), with \(try text(settings)); choose \
          another --to
          """)
    }
    return found
  }

  private func text(_ settings: FinetuneSettings) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(settings), as: UTF8.self)
  }

  private func carryOut(
    _ finetuning: FamilyFinetuning, _ jobs: [FamilyFinetuning.Job], _ document: FinetunedFamily
  ) async throws -> FinetunedFamily {
    let folders = try NewFolders(at: finetuning.folder)
    defer { folders.removeEmpty() }
    let path = finetuning.folder + "/" + FinetunedFamily.fileName
    // Before the first weights are replaced, so that no description of the old ones stays.
    if options.overwrite, unlink(path) != 0, errno != ENOENT {
      throw FileError(.cannotWrite, path: path, reason: String(cString: strerror(errno)))
    }
    Interruption.install()
    let display = StudyDisplay(options.scratch ? "training from scratch" : "finetuning")
    do {
      let result = try await OwnThread.run {
        try finetuning.run(jobs, addingTo: document) { progress in
          display.update(
            progress.fraction,
            remark: """
              \(progress.training)/\(progress.trainingCount) \(progress.target), seed \(progress.seed), loss \
              \(ReadableNumber.fixed(progress.loss, decimals: 3)), \(ReadableNumber.count(progress.imagesPerSecond)) images/s
              """)
        }
      }
      display.finish("trained \(jobs.count) of \(jobs.count)")
      return result
    } catch {
      let kept = (try? FinetunedFamily.read(folder: finetuning.folder))?.models.count ?? 0
      let isCancelled = error is CancellationError
      let advice = isCancelled && kept > 0 ? "; resume with: \(resumption)" : ""
      display.finish(
        "\(isCancelled ? "stopped" : "ended by an error"); \(kept) of \(jobs.count + document.models.count) trainings are kept\(advice)"
      )
      guard isCancelled else { throw error }
      throw ExitCode(ExitStatus.interrupted.rawValue)
    }
  }

  /// The command line that goes on with this run.
  private var resumption: String {
    let arguments = CommandLine.arguments.dropFirst().filter { $0 != "--overwrite" && $0 != "--resume" }
    return (["nvit"] + arguments + ["--resume"]).map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " ")
  }
}

/// A latency target that a pruned family has no snapshot of.
struct UnknownTarget: Error, CustomStringConvertible {
  let target: String
  let known: [String]
  let folder: String

  var description: String {
    "\(folder) has no snapshot of target \"\(target)\", expected one of: \(known.joined(separator: ", "))"
  }
}
