internal import Foundation
internal import ViTFiles
internal import ViTStorage
internal import ViTTraining

/// Where a run that trains was last saved, in the folder `state` of its own: `state.json` names the weights beside it, so
/// that an interruption at any moment leaves the one pair or the other.
struct StateStore<Progress: Codable> {
  let folder: RunFolder
  /// Of `state.json`.
  let schema: String

  private struct Saved: Codable {
    var schema: String
    var weightsFile: String
    var progress: Progress

    private enum CodingKeys: String, SnakeCaseKey { case schema, weightsFile, progress }
  }

  var path: String { folder("state/state.json") }

  /// Saves where the run stands, in place of what was saved before.
  ///
  /// - Parameter number: Tells this state from the one before.
  func save(_ training: TrainingState, _ progress: Progress, number: Int) throws(FileError) {
    try folder.makeFolder("state")
    let saved = Saved(schema: schema, weightsFile: "weights-\(number).safetensors", progress: progress)
    try training.write(to: folder("state/\(saved.weightsFile)"))
    try AtomicFile.write(try JSONDocument.text(saved, named: path), to: path)
    for file in weights where file != saved.weightsFile { try folder.remove("state/\(file)") }
  }

  /// What was saved; nil where nothing was.
  ///
  /// - Throws: `FileError` when it is damaged or of another version.
  func load() throws(FileError) -> (training: TrainingState, progress: Progress)? {
    guard folder.exists("state/state.json") else { return nil }
    let data = try FileContents.read(path, limit: 1 << 28)
    try JSONDocument.requireSchema([schema], in: data, path: path)
    let saved = try JSONDocument.decode(Saved.self, from: data, path: path)
    return (try TrainingState(contentsOf: folder("state/\(saved.weightsFile)")), saved.progress)
  }

  /// Removes what only a run in progress needs.
  func drop() throws(FileError) {
    try folder.remove("state/state.json")
    for file in weights { try folder.remove("state/\(file)") }
    rmdir(folder("state"))
  }

  private var weights: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder("state"))) ?? []
    return names.filter { $0.hasPrefix("weights-") && $0.hasSuffix(".safetensors") }
  }
}
