internal import Foundation
package import ViTArchitecture
package import ViTFiles
package import ViTLatency
package import ViTTraining

/// The folder of a pruning run.
///
///     run.json             what was asked for: settings, and the digest of the dense weights
///     latency.json         the latency model or table of the run
///     family.json          the snapshots so far; see `PrunedFamily`
///     snapshots/<target>/  weights.safetensors, architecture.json
///     state/               what is needed to go on; removed when the run is done
///
/// Every file is written whole or not at all, and the state names its weights, so an interruption at any moment leaves
/// a run that can be resumed.
package struct PruningFolder: Sendable {
  package let path: String
  package let description: Description
  package let latency: LatencyFile

  /// What was asked for, as `run.json` holds it.
  package struct Description: Hashable, Sendable, Codable {
    static let currentSchema = "nvit.pruning/1"

    package var schema = Description.currentSchema
    /// The dense model's name.
    package var name: String
    /// SHA-256 of the dense weights.
    package var denseDigest: String
    package var settings: PruningSettings

    package init(name: String, dense: ModelWeights, settings: PruningSettings) {
      self.name = name
      denseDigest = dense.digest
      self.settings = settings
    }

    private enum CodingKeys: String, CodingKey {
      case schema, name
      case denseDigest = "dense_digest"
      case settings
    }
  }

  private struct SavedState: Codable {
    static let currentSchema = "nvit.pruning-state/1"

    var schema = SavedState.currentSchema
    var weightsFile: String
    var progress: PruningState.Progress

    private enum CodingKeys: String, CodingKey {
      case schema
      case weightsFile = "weights_file"
      case progress
    }
  }

  private var stateFolder: String { path + "/state" }
  private var savedPath: String { stateFolder + "/state.json" }
  private var familyPath: String { path + "/family.json" }

  private init(path: String, description: Description, latency: LatencyFile) {
    self.path = path
    self.description = description
    self.latency = latency
  }

  /// Whether a run was started in the folder.
  package static func holdsRun(_ path: String) -> Bool {
    ["run.json", "family.json"].contains { FileManager.default.fileExists(atPath: "\(path)/\($0)") }
  }

  /// Starts a run's folder; an earlier run's files in it are removed.
  package static func start(
    at path: String, _ description: Description, latency: LatencyFile
  ) throws(FileError) -> PruningFolder {
    _ = try NewFolders(at: path)
    // The description goes first and comes last, so that no half of a run looks like a whole one.
    for name in ["run.json", "family.json", "state", "snapshots"] {
      try? FileManager.default.removeItem(atPath: "\(path)/\(name)")
    }
    try latency.write(to: path + "/latency.json")
    let text = try JSONDocument.text(description, named: path + "/run.json")
    try AtomicFile.write(text, to: path + "/run.json")
    return PruningFolder(path: path, description: description, latency: latency)
  }

  /// Opens the folder of a run that is to go on.
  ///
  /// - Throws: `FileError` when there is no run, it is finished, or a file in it is damaged.
  package static func open(at path: String) throws(FileError) -> PruningFolder {
    let file = path + "/run.json"
    guard FileManager.default.fileExists(atPath: file) else {
      throw FileError(.notFound, path: file, reason: "there is no pruning run to resume")
    }
    let description = try JSONDocument.read(Description.self, path: file)
    guard description.schema == Description.currentSchema else {
      throw FileError(
        .malformed, path: file,
        reason: "schema is \"\(description.schema)\", expected \"\(Description.currentSchema)\"")
    }
    let folder = PruningFolder(
      path: path, description: description, latency: try LatencyFile(contentsOf: path + "/latency.json"))
    let hasState = FileManager.default.fileExists(atPath: folder.savedPath)
    if !hasState, let family = try folder.family(), family.snapshots.count == description.settings.targets.count {
      throw FileError(
        .alreadyExists, path: path, reason: "the pruning run is finished, so there is nothing to resume")
    }
    return folder
  }

  /// The family as it was last written; nil before the first snapshot.
  package func family() throws(FileError) -> PrunedFamily? {
    guard FileManager.default.fileExists(atPath: familyPath) else { return nil }
    return try JSONDocument.read(PrunedFamily.self, path: familyPath)
  }

  /// Writes the family as far as it goes.
  package func write(_ family: PrunedFamily) throws(FileError) {
    try AtomicFile.write(try JSONDocument.text(family, named: familyPath), to: familyPath)
  }

  /// Writes a snapshot's files.
  ///
  /// - Returns: The weights' path, relative to the folder.
  package func writeSnapshot(
    _ weights: ModelWeights, target slug: String, mean: [Float], standardDeviation: [Float]
  ) throws(FileError) -> String {
    let name = "snapshots/\(slug)"
    _ = try NewFolders(at: "\(path)/\(name)")
    try AtomicFile.write(
      weights.architecture.canonicalJSON + "\n", to: "\(path)/\(name)/architecture.json")
    try Checkpoint.write(
      weights, recipe: description.settings.recipe, mean: mean, standardDeviation: standardDeviation,
      extra: ["seed": String(description.settings.seed)], to: "\(path)/\(name)/weights.safetensors")
    return name + "/weights.safetensors"
  }

  /// Saves where the run stands, in place of what was saved before.
  package func save(_ state: PruningState) throws(FileError) {
    _ = try NewFolders(at: stateFolder)
    let saved = SavedState(
      weightsFile: "weights-\(state.progress.intervals).safetensors", progress: state.progress)
    try state.training.write(to: "\(stateFolder)/\(saved.weightsFile)")
    try AtomicFile.write(try JSONDocument.text(saved, named: savedPath), to: savedPath)
    let files = (try? FileManager.default.contentsOfDirectory(atPath: stateFolder)) ?? []
    for file in files where file.hasSuffix(".safetensors") && file != saved.weightsFile {
      try? FileManager.default.removeItem(atPath: "\(stateFolder)/\(file)")
    }
  }

  /// Where the run was last saved; nil if it was stopped before.
  ///
  /// - Throws: `FileError` when the state is damaged or not one of this dense model.
  package func state(dense: Architecture) throws(FileError) -> PruningState? {
    guard FileManager.default.fileExists(atPath: savedPath) else { return nil }
    let saved = try JSONDocument.read(SavedState.self, path: savedPath)
    let training = try TrainingState(contentsOf: "\(stateFolder)/\(saved.weightsFile)")
    let progress = saved.progress
    var scaled = dense
    scaled.attentionScale = training.architecture.attentionScale
    guard saved.schema == SavedState.currentSchema, progress.kept.fits(dense),
      scaled.keeping(progress.kept) == training.architecture, progress.intervals > 0, progress.removedGroups >= 0,
      progress.saliencies.unitCount == UnitLayout(training.architecture).unitCount,
      (0...description.settings.targets.count).contains(progress.reachedTargets)
    else {
      throw FileError(
        .malformed, path: savedPath, reason: "the saved state is not one of this run's dense model and targets")
    }
    return PruningState(training: training, progress: progress)
  }

  /// Removes what only a run in progress needs.
  package func finish() { try? FileManager.default.removeItem(atPath: stateFolder) }
}
