import Foundation
import RunTestSupport
import TestSupport
import Testing
import ViTArchitecture
import ViTFiles
import ViTPruning
import ViTRuns

@Suite struct `The whole chain` {
  private let folder = TemporaryFolder()

  /// A document of a small dense model over a data set of 80 images that are noise.
  private func space() throws -> String {
    try NoiseImages.write(to: folder, training: 80)
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

  private func settings(_ targets: [String] = ["0.9x", "0.8x"]) throws -> PaperRun.Settings {
    var settings = PaperRun.Settings(space: try space(), to: folder("paper"))
    settings.targets = targets
    settings.seeds = 2
    settings.threads = 1
    return settings
  }

  private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder("paper/\(name)")) }

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
      var command: String
      var peakMemoryBytes: Int?
    }
  }

  private func evidence() throws -> Evidence {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Evidence.self, from: FileContents.read(folder("paper/paper.json")))
  }

  @Test func `leaves every figure of its tables, and what is done stays done`() throws {
    let settings = try settings()
    // Stopped in the middle first.
    let stopped = RunWitness { event in
      guard case .progress(let progress) = event else { return false }
      return progress.activity == "finetuning" && progress.detail.hasPrefix("2/2 0.8x, seed 1")
    }
    let error = try #require(
      expectError(UnfinishedRun.self, "stopped; 3 of 40 steps are kept") {
        try PaperRun(settings).run(stopped.observer)
      })
    #expect(error.isStopped && error.resumption as? PaperRun.Settings == settings && !exists("paper.json"))

    let witness = RunWitness()
    let outcome = try PaperRun(settings).run(witness.observer)
    #expect(witness.text.contains("[4/40] finetune the snapshots, seed 1\n  nvit finetune "))
    #expect(!witness.text.contains("[3/40"))
    let found = try evidence()
    #expect(outcome.markdown == (try FileContents.readText(folder("paper/paper.md"))))
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
    #expect(found.steps.allSatisfy { $0.command.hasPrefix("nvit ") })
    for name in [
      "paper.md", "accuracy.svg", "dimensions.svg", "mined.yaml", "regularities.json", "saliency.json", "log/1.txt",
      "log/40.txt",
    ] {
      #expect(exists(name), "\(name)")
    }
    _ = try SearchSpace(contentsOf: folder("paper/mined.yaml"))

    // One step is lost, and its run went half-way; only that one is done again.
    let kept = try FileContents.read(folder("paper/pruned/seed1/family.json"))
    try FileManager.default.removeItem(atPath: folder("paper/dense/seed2/training.json"))
    let again = RunWitness()
    _ = try PaperRun(settings).run(again.observer)
    #expect(again.text.contains("train the dense model, seed 2") && !again.text.contains("prune, seed 1"))
    #expect(try FileContents.read(folder("paper/pruned/seed1/family.json")) == kept)
    #expect(try evidence().targets[0].finetuned.values == found.targets[0].finetuned.values)
  }

  @Test func `says which step failed, and why`() throws {
    let error = try #require(
      expectError(UnfinishedRun.self, "2 of 38 steps are kept") { try PaperRun(settings(["0.001x"])).run() })
    let cause = try #require(error.cause as? PaperStepError)
    #expect((cause.cause as? PruningError)?.code == .unreachableTarget && error.resumption == nil)
    #expect(cause.description.contains("0.001x") && cause.description.contains("out of reach"))
    #expect(!exists("paper.json"))
  }
}
