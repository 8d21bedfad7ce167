import Foundation
import TestSupport
import Testing
import ViTArchitecture
import ViTFiles
import ViTLatency
import ViTNumerics
import ViTPruning
import ViTTraining

/// A trained dense model and two smaller ones that stand for its snapshots, in a folder of their own.
final class PrunedFamilyFixture {
  let folder = TemporaryFolder()
  private(set) var family: PrunedFamily

  var spacePath: String { folder("space.yaml") }
  var familyFolder: String { folder("pruned") }

  /// - Parameter recipe: More of the recipe, such as ", drop-path: 0.1".
  init(recipe: String = "") throws {
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
    for (part, count) in [("train", 60), ("t10k", 20)] {
      try folder.write(
        idx((0..<count).map { UInt8($0 % 10) }, [count]), to: "data/\(part)-labels-idx1-ubyte")
      var random = CounterRandom(seed: 1, purpose: "pixels")
      try folder.write(
        idx((0..<count * 784).map { _ in UInt8(random.uniform() * 256) }, [count, 28, 28]),
        to: "data/\(part)-images-idx3-ubyte")
    }
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
    let train = try BuiltCommand.run(
      ["train", spacePath, "--baseline", "base", "--to", folder("dense"), "--threads", "1"])
    try #require(train.status == 0, "\(train.errors)")
  }

  /// Writes `family.json`, changed.
  func writeFamily(_ change: (inout PrunedFamily) -> Void = { _ in }) throws {
    change(&family)
    try AtomicFile.write(
      String(decoding: try JSONEncoder().encode(family), as: UTF8.self), to: folder("pruned/family.json"))
  }

  /// Bytes in the IDX format: magic, sizes, content.
  private func idx(_ content: [UInt8], _ sizes: [Int]) -> [UInt8] {
    [0, 0, 8, UInt8(sizes.count)] + sizes.flatMap { [0, 0, UInt8($0 >> 8), UInt8($0 & 255)] } + content
  }

  func finetune(_ to: String, _ more: [String] = []) throws -> BuiltCommand {
    try BuiltCommand.run(["finetune", familyFolder, "--to", folder(to)] + more)
  }

  func results(_ to: String) throws -> FinetunedFamily { try FinetunedFamily.read(folder: folder(to)) }

  /// The bits of every tensor of a file, by name.
  func tensors(_ path: String) throws -> [String: [UInt32]] {
    let file = try SafeTensorsFile(contentsOf: folder(path))
    return Dictionary(
      uniqueKeysWithValues: try file.tensors.map { ($0.name, try file.floats($0.name).map(\.bitPattern)) })
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder(name)) }
}
