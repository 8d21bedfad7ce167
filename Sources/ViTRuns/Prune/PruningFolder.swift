package import ViTArchitecture
package import ViTFiles
package import ViTLatency
package import ViTPruning
package import ViTStorage
package import ViTTraining

/// The folder of a pruning run.
///
///     run.json             what was asked for: settings, and the digests of data, dense weights and teacher
///     latency.json         the latency model or table of the run
///     family.json          the snapshots so far; see `PrunedFamily`
///     snapshots/<target>/  weights.safetensors, architecture.json
///     state/               what is needed to go on; removed when the run is done
package struct PruningFolder {
  package let folder: RunFolder
  package let description: PruningDescription
  package let latency: LatencyFile
  private let store: StateStore<PruningState.Progress>

  package var path: String { folder.path }

  private init(_ folder: RunFolder, _ description: PruningDescription, latency: LatencyFile) {
    self.folder = folder
    self.description = description
    self.latency = latency
    store = StateStore(folder: folder, schema: "nvit.pruning-state/1")
  }

  /// Starts a run in a folder; an earlier run's files in it are removed. The description comes last, so that no half
  /// of a run looks like a whole one.
  package static func start(
    in folder: RunFolder, _ description: PruningDescription, latency: LatencyFile
  ) throws(FileError) -> PruningFolder {
    try folder.clear()
    try latency.write(to: folder("latency.json"))
    try description.write(toFolder: folder.path)
    return PruningFolder(folder, description, latency: latency)
  }

  /// Goes on with the run in a folder.
  ///
  /// - Throws: `FileError` when it is finished, or a file in it is damaged.
  package static func open(_ folder: RunFolder) throws(FileError) -> PruningFolder {
    let description = try PruningDescription.read(inFolder: folder.path)
    let opened = PruningFolder(
      folder, description, latency: try LatencyFile(contentsOf: folder("latency.json")))
    if !folder.exists("state/state.json"), let family = try opened.family(),
      family.snapshots.count == description.settings.targets.count
    {
      throw FileError(
        .alreadyExists, path: folder.path, reason: "the pruning run is finished, so there is nothing to resume")
    }
    return opened
  }

  /// The family as it was last written; nil before the first snapshot.
  package func family() throws(FileError) -> PrunedFamily? {
    guard folder.exists(PrunedFamily.fileName) else { return nil }
    return try PrunedFamily.read(inFolder: path)
  }

  /// Writes a snapshot's files.
  ///
  /// - Returns: The weights' path, relative to the folder.
  package func writeSnapshot(
    _ weights: ModelWeights, target slug: String, mean: [Float], standardDeviation: [Float]
  ) throws(FileError) -> String {
    let name = "snapshots/\(slug)"
    _ = try NewFolders(at: folder(name))
    try AtomicFile.write(weights.architecture.canonicalJSON + "\n", to: folder("\(name)/architecture.json"))
    try Checkpoint.write(
      weights, recipe: description.settings.recipe, mean: mean, standardDeviation: standardDeviation,
      extra: ["seed": String(description.settings.seed)], to: folder("\(name)/weights.safetensors"))
    return name + "/weights.safetensors"
  }

  /// Saves where the run stands, in place of what was saved before.
  package func save(_ state: PruningState) throws(FileError) {
    try store.save(state.training, state.progress, number: state.progress.intervals)
  }

  /// Where the run was last saved; nil if it was stopped before.
  ///
  /// - Throws: `FileError` when the state is damaged or not one of this dense model.
  package func state(dense: Architecture) throws(FileError) -> PruningState? {
    guard let (training, progress) = try store.load() else { return nil }
    var scaled = dense
    scaled.attentionScale = training.architecture.attentionScale
    guard progress.kept.fits(dense), scaled.keeping(progress.kept) == training.architecture, progress.intervals > 0,
      progress.removedGroups >= 0, progress.saliencies.unitCount == UnitLayout(training.architecture).unitCount,
      (0...description.settings.targets.count).contains(progress.reachedTargets)
    else {
      throw FileError(
        .malformed, path: store.path, reason: "the saved state is not one of this run's dense model and targets")
    }
    return PruningState(training: training, progress: progress)
  }

  /// Removes what only a run in progress needs.
  package func finish() throws(FileError) { try store.drop() }
}
