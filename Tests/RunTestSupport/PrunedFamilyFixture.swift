internal import Foundation
package import TestSupport
internal import ViTArchitecture
internal import ViTFiles
import ViTLatency
import ViTNumerics
package import ViTPruning
package import ViTRuns
internal import ViTTraining

/// A trained dense model and two smaller ones that stand for its snapshots, in a folder of their own.
package final class PrunedFamilyFixture {
  package let folder = TemporaryFolder()
  package private(set) var family: PrunedFamily

  package var spacePath: String { folder("space.yaml") }
  package var familyFolder: String { folder("pruned") }

  /// - Parameter recipe: More of the recipe, such as ", drop-path: 0.1".
  package init(recipe: String = "") throws {
    let folder = folder
    func architecture(_ block: Architecture.Block) -> Architecture {
      Architecture(
        imageSize: 28, channels: 1, patchSize: 14, classCount: 10, embedding: 16,
        blocks: Array(repeating: block, count: 2))
    }
    func model(_ block: Architecture.Block, _ file: String) -> PrunedFamily.Model {
      PrunedFamily.Model(
        architecture: architecture(block), predictedLatency: Estimate(predictedSeconds: 1e-3),
        validationAccuracy: nil, weightsFile: file)
    }
    // Six inputs of the second snapshot's projection are no multiple of four.
    let blocks = [
      Architecture.Block(heads: 2, queryKey: 4, value: 6, mlpHidden: 24),
      .init(heads: 1, queryKey: 4, value: 6, mlpHidden: 20),
    ]
    family = PrunedFamily(
      name: "tiny", seed: 3, saliency: "magnitude", latencyWeight: 0,
      dense: model(.init(heads: 2, queryKey: 8, value: 8, mlpHidden: 64), folder("dense/weights.safetensors")),
      snapshots: zip(["0.5x", "0.3x"], blocks).map { target, block in
        PrunedFamily.Snapshot(
          target: target, targetSeconds: 1e-3, model: model(block, "\(target).safetensors"), updates: 1,
          removedGroups: 1)
      })

    try FileManager.default.createDirectory(atPath: folder("pruned"), withIntermediateDirectories: true)
    try NoiseImages.write(to: folder)
    try AtomicFile.write(
      """
      nvit: 1
      name: tiny
      architecture: {image-size: 28, channels: 1, patch-size: 14, classes: 10, depth: 2, embedding: {choices: [8, 16]}}
      rule: {heads: 2, query-key: 8, value: 8, mlp-hidden: 4E}
      baselines: [{name: base, embedding: 16, depth: 2, heads: 2, query-key: 8, value: 8}]
      targets: [0.7x base]
      dataset: {format: idx, path: data, validation-count: 20}
      recipe: {epochs: 2, batch-size: 8, warmup-epochs: 0.5, learning-rate: 0.002, ema-decay: 0.9\(recipe)}

      """, to: spacePath)
    try writeFamily()
    for snapshot in family.snapshots {
      try Checkpoint.write(
        ModelWeights(snapshot.model.architecture, seed: 5), recipe: nil, mean: [0.5], standardDeviation: [0.25],
        to: snapshot.model.weightsPath(in: familyFolder))
    }
    var training = TrainRun.Settings(source: spacePath)
    training.baseline = "base"
    training.folder = folder("dense")
    training.threads = 1
    _ = try TrainRun(training).run()
  }

  /// Writes `family.json`, changed.
  package func writeFamily(_ change: (inout PrunedFamily) -> Void = { _ in }) throws {
    change(&family)
    try AtomicFile.write(
      String(decoding: try JSONEncoder().encode(family), as: UTF8.self), to: folder("pruned/family.json"))
  }

  /// What finetunes the family into a folder, changed.
  package func settings(
    _ to: String, _ change: (inout FinetuneRun.Settings) -> Void = { _ in }
  ) -> FinetuneRun.Settings {
    var settings = FinetuneRun.Settings(family: familyFolder, to: folder(to))
    change(&settings)
    return settings
  }

  @discardableResult package func finetune(
    _ to: String, observer: RunObserver = .none, _ change: (inout FinetuneRun.Settings) -> Void = { _ in }
  ) throws -> FinetunedFamily {
    try FinetuneRun(settings(to, change)).run(observer)
  }

  package func results(_ to: String) throws -> FinetunedFamily { try FinetunedFamily.read(inFolder: folder(to)) }

  /// The bits of every tensor of a file, by name.
  package func tensors(_ path: String) throws -> [String: [UInt32]] {
    let file = try SafeTensorsFile(contentsOf: folder(path))
    return Dictionary(
      uniqueKeysWithValues: try file.tensors.map { ($0.name, try file.floats($0.name).map(\.bitPattern)) })
  }

  package func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder(name)) }
}
