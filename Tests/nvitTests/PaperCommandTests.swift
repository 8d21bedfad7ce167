import Foundation
import TestSupport
import Testing
import ViTFiles
import ViTNumerics

@Suite struct `The whole chain on the command line` {
  private let folder = TemporaryFolder()

  /// A document of a small dense model over a data set of 80 images that are noise.
  private func space() throws -> String {
    for (part, count) in [("train", 80), ("t10k", 20)] {
      try folder.write(idx((0..<count).map { UInt8($0 % 10) }, [count]), to: "data/\(part)-labels-idx1-ubyte")
      var random = CounterRandom(seed: 1, purpose: "pixels")
      try folder.write(
        idx((0..<count * 784).map { _ in UInt8(random.uniform() * 256) }, [count, 28, 28]),
        to: "data/\(part)-images-idx3-ubyte")
    }
    let path = folder("space.yaml")
    try AtomicFile.write(
      """
      nvit: 1
      name: small
      architecture: {image-size: 28, channels: 1, patch-size: 7, classes: 10, depth: 4, embedding: 48}
      rule: {heads: 4, query-key: 8, value: 8, mlp-hidden: 4E}
      dataset: {format: idx, path: data, validation-count: 20}
      recipe: {epochs: 1, batch-size: 8, warmup-epochs: 0, learning-rate: 0.001}
      latency: {batch-size: 8, threads: 1, budget-seconds: 0.5}

      """, to: path)
    return path
  }

  /// Bytes in the IDX format: magic, sizes, content.
  private func idx(_ content: [UInt8], _ sizes: [Int]) -> [UInt8] {
    [0, 0, 8, UInt8(sizes.count)] + sizes.flatMap { [0, 0, UInt8($0 >> 8), UInt8($0 & 255)] } + content
  }

  private func paper(_ space: String, _ more: [String] = []) throws -> BuiltCommand {
    try BuiltCommand.run(
      ["paper", space, "--to", folder("paper"), "--latency", "0.9x,0.8x", "--seeds", "2", "--threads", "1"] + more)
  }

  private struct Evidence: Decodable {
    var seeds: [Int]
    var dense: Model
    var targets: [Target]
    var ablation: [Criterion]
    var sparse: [Sparse]
    var steps: [Step]

    struct Model: Decodable {
      var parameters: Spread
      var predictedLatency: Spread
      var accuracy: Spread
    }
    struct Target: Decodable {
      var target: String
      var pruned: Model
      var finetuned: Spread
      var scratch: Spread
      var deit: Model
    }
    struct Criterion: Decodable {
      var saliency: String
      var usesLatency: Bool
      var finetuned: Spread
    }
    struct Sparse: Decodable {
      var parameters: Spread
      var nonZeroParameters: Spread
    }
    struct Spread: Decodable { var values: [Double] }
    struct Step: Decodable {
      var name: String
      var peakMemoryBytes: Int?
    }
  }

  @Test func `leaves every figure of its tables, and what is done stays done`() throws {
    let space = try space()
    let run = try paper(space)
    try #require(run.status == 0, "\(run.errors)")
    func evidence() throws -> Evidence {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try decoder.decode(
        Evidence.self, from: Data(contentsOf: URL(fileURLWithPath: folder("paper/paper.json"))))
    }
    let found = try evidence()
    #expect(found.seeds == [1, 2] && found.targets.map(\.target) == ["0.9x", "0.8x"])
    let dense = try #require(found.dense.predictedLatency.values.first)
    for (target, share) in zip(found.targets, [0.9, 0.8]) {
      #expect(target.pruned.predictedLatency.values.count == 2)
      #expect(target.pruned.predictedLatency.values.allSatisfy { $0 <= share * dense })
      #expect(target.finetuned.values.count == 2 && target.scratch.values.count == 2)
      #expect(target.deit.accuracy.values.count == 2)
      #expect(zip(target.pruned.parameters.values, found.dense.parameters.values).allSatisfy { $0 < $1 })
    }
    #expect(found.ablation.map(\.saliency) == ["taylor", "taylor", "magnitude", "magnitude", "random", "random"])
    #expect(found.ablation.map(\.usesLatency) == [true, false, true, false, true, false])
    // Half of the linear layers' weights; patches, norms, tokens and heads stay.
    for (all, left) in zip(found.sparse[0].parameters.values, found.sparse[0].nonZeroParameters.values) {
      #expect(left < 0.75 * all && left > 0.5 * all)
    }
    // Two seeds of training, pruning, finetuning, scratch, sparsity and two DeiTs, of six criteria with two steps each,
    // then the saliencies' audit and mining.
    #expect(found.steps.count == 2 * (7 + 12) + 2)
    #expect(found.steps.allSatisfy { ($0.peakMemoryBytes ?? 0) > 1_000_000 })
    for name in ["paper.md", "accuracy.svg", "dimensions.svg", "mined.yaml", "regularities.json", "saliency.json"] {
      #expect(FileManager.default.fileExists(atPath: folder("paper/\(name)")), "\(name)")
    }
    let check = try BuiltCommand.run(["rule", "check", folder("paper/mined.yaml")])
    #expect(check.status == 0, "\(check.errors)")

    // One step is lost, and its command ran half-way; only that one is done again.
    let kept = try Data(contentsOf: URL(fileURLWithPath: folder("paper/pruned/seed1/family.json")))
    try FileManager.default.removeItem(atPath: folder("paper/dense/seed2/training.json"))
    let again = try paper(space)
    try #require(again.status == 0, "\(again.errors)")
    #expect(again.errors.contains("train the dense model, seed 2") && !again.errors.contains("prune, seed 1"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder("paper/pruned/seed1/family.json"))) == kept)
    #expect(try evidence().targets[0].finetuned.values == found.targets[0].finetuned.values)
  }

  @Test func `refuses what it cannot do before it starts`() throws {
    let space = try space()
    for (options, words) in [
      (["--seeds", "0"], "--seeds is 0"), (["--latency", "0.5x,0.5x"], "expected different"),
      (["--latency", "soon"], "expected different"),
      (["--ablation-target", "0.3x"], "expected one of 0.9x"),
      (["--finetune-epochs", "0"], "--finetune-epochs is 0"),
    ] {
      let run = try paper(space, options)
      #expect(run.status == 64 && run.errors.contains(words), "\(options): \(run.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder("paper")))
  }

  @Test func `says which step failed, and why`() throws {
    let space = try space()
    let run = try paper(space, ["--latency", "0.001x"])
    #expect(run.status == 1)
    #expect(run.errors.contains("0.001x") && run.errors.contains("out of reach"))
    #expect(!FileManager.default.fileExists(atPath: folder("paper/paper.json")))
  }
}
