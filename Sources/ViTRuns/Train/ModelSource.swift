internal import Foundation
internal import ViTArchitecture
internal import ViTFiles

/// What a training is to train: an architecture, and the data set and recipe to train it with.
struct ModelSource: Sendable {
  let architecture: Architecture
  let name: String
  let dataset: DatasetSpecification
  let recipe: TrainingRecipe
  let latency: LatencySettings
  /// Folder that relative data paths start from.
  let folder: String

  /// - Parameters:
  ///   - path: A search-space document, or a JSON architecture.
  ///   - recipePath: The document that holds data set and recipe, for a JSON architecture.
  ///   - baseline: A baseline of the document to take instead of its rule.
  ///   - hasOptions: Whether whoever asks has options for recipe and baseline, which messages may name then.
  init(path: String, recipePath: String?, baseline: String?, hasOptions: Bool = true) throws {
    if path.hasSuffix(".json") {
      guard let recipePath else {
        throw RunError(
          .badSettings,
          !hasOptions
            ? "\(path) is an architecture, expected a document that names data set and recipe too."
            : "\(path) is an architecture; add --recipe SPACE.yaml, the document that names data set and recipe.")
      }
      guard baseline == nil else { throw RunError(.badSettings, "--baseline needs a search space, not \(path).") }
      let architecture = try Architecture(contentsOf: path)
      try self.init(
        architecture, name: URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent,
        space: SearchSpace(contentsOf: recipePath), path: recipePath)
      return
    }
    let space = try SearchSpace(contentsOf: path)
    if let baseline {
      let found = try space.baseline(named: baseline)
      try self.init(found.architecture, name: baseline, space: space, path: path)
      return
    }
    guard space.rule.openNumbers.isEmpty else {
      let open = space.rule.openNumbers.map(\.path).joined(separator: ", ")
      guard hasOptions else {
        throw RunError(
          .badSettings, "\(path) leaves \(open) open, so it names no single architecture; expected fixed numbers.")
      }
      let word = ShellWord.quoted(ShellWord.argument(path: path))
      throw RunError(
        .badSettings,
        """
        \(path) leaves \(open) open, so it names no single architecture. Pick one with \
        `nvit rule solve \(word) --parameters 1M --to model.json` and train model.json with --recipe \(word), \
        or train a baseline with --baseline NAME.
        """)
    }
    try self.init(space.rule.architecture(at: []), name: space.name, space: space, path: path)
  }

  private init(_ architecture: Architecture, name: String, space: SearchSpace, path: String) throws {
    guard let dataset = space.dataset, let recipe = space.recipe else {
      let missing = space.dataset == nil ? "dataset" : "recipe"
      throw RunError(.badSettings, "\(path) has no \(missing), so there is nothing to train with.")
    }
    self.architecture = architecture
    self.name = name
    self.dataset = dataset
    self.recipe = recipe
    latency = space.latency
    folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
  }
}

extension ModelSource {
  /// What a training of it is asked to do, with absolute paths; nothing is read yet that has a digest.
  func job(seed: UInt64, epochs: Double?, data: String?) -> TrainingJob {
    var recipe = recipe
    if let epochs {
      recipe.epochs = epochs
      recipe.warmupEpochs = min(recipe.warmupEpochs, epochs)
    }
    var job = TrainingJob(
      name: name, seed: seed, architecture: architecture, dataset: dataset, recipe: recipe, latency: latency,
      digests: InputDigests())
    job.changePaths { ProjectPath.resolved($0, in: folder) }
    if let data { job.dataset.path = ProjectPath.absolute(data) }
    return job
  }
}
