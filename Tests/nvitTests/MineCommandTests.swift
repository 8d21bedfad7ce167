import Foundation
import TestSupport
import Testing
import ViTArchitecture
import ViTFiles

/// `nvit mine` on families written here.
@Suite struct `The mine command` {
  private let folder = TemporaryFolder()

  private func architecture(embedding: Int, middle: Int, ends: Int, dense: Bool = false) -> Architecture {
    Architecture(
      imageSize: 28, channels: 1, patchSize: 7, classCount: 10, embedding: embedding,
      attentionScale: dense ? .inverseSquareRoot : .fixed(0.25),
      blocks: (1...8).map {
        .init(heads: 4, queryKey: 16, value: 16, mlpHidden: (3...6).contains($0) ? middle : ends)
      })
  }

  /// Writes a dense model's description and a family pruned from it; a plateau of twice the width in blocks 3 to 6.
  @discardableResult private func family(
    _ name: String, seed: Int = 1, schema: String = "nvit.family/1", denseWidth: Int = 512, epochs: Double = 6,
    snapshots: [(target: String, embedding: Int)] = [("0.5x", 64), ("0.25x", 32)]
  ) throws -> String {
    let latency = "{\"seconds\": 0.01, \"uncertainty_seconds\": 0.001}"
    func model(_ architecture: Architecture, _ file: String) -> String {
      "{\"architecture\": \(architecture.canonicalJSON), \"predicted_latency\": \(latency), \"weights_file\": \"\(file)\"}"
    }
    let dense = architecture(embedding: 128, middle: denseWidth, ends: denseWidth, dense: true)
    let items = snapshots.map { target, embedding in
      // Seeds differ by one group in one block.
      var pruned = architecture(embedding: embedding, middle: 4 * embedding, ends: 2 * embedding)
      pruned.blocks[seed % 8].mlpHidden += 16
      return """
        {"target": "\(target)", "target_seconds": 0.005, "updates": 10, "removed_groups": 5, "model": \(model(pruned, "w"))}
        """
    }
    try write(
      """
      {"schema": "\(schema)", "name": "tiny", "seed": \(seed), "saliency": "taylor", "latency_weight": 1,
       "dense": \(model(dense, "../dense-\(name)/weights.safetensors")), "snapshots": [\(items.joined(separator: ","))]}
      """, to: "\(name)/family.json")
    try write(
      """
      {"schema": "nvit.training/1", "name": "tiny", "seed": 1, "validation_accuracy": 0.9, "validation_loss": 0.3,
       "samples_seen": 100, "seconds": 1,
       "dataset": {"format": "idx", "path": "/data/fashion", "validationCount": 5000, "splitSeed": 0},
       "recipe": {"epochs": \(epochs), "batchSize": 32, "learningRate": 0.002, "minimumLearningRate": 0.00002,
         "warmupEpochs": 0.5, "weightDecay": 0.05, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "gradientClip": 1,
         "labelSmoothing": 0, "dropPath": 0,
         "augmentation": {"cropPadding": 0, "horizontalFlip": 0, "mixup": 0, "cutmix": 0, "randomErasing": 0}},
       "latency": {"source": {"measured": {}}, "batchSize": 64, "budgetSeconds": 30}}
      """, to: "dense-\(name)/training.json")
    return folder(name)
  }

  private func write(_ text: String, to name: String) throws { try folder.write(Array(text.utf8), to: name) }

  private func mine(_ arguments: [String]) throws -> BuiltCommand {
    try BuiltCommand.run(["mine"] + arguments + ["--replicates", "50"])
  }

  @Test func `writes a space, its findings and a picture`() throws {
    let families = try (1...3).map { try family("pruned-\($0)", seed: $0) }
    let run = try mine(
      families + ["--to", folder("mined.yaml"), "--json", folder("mined.json"), "--picture", folder("mined.svg")])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("MLP: blocks 3 to 6 keep "))
    #expect(run.output.contains("V: no trend with depth: constant"))
    let space = try SearchSpace(contentsOf: folder("mined.yaml"))
    // From the smallest snapshot to one group above the largest, which costs more than the 0.5x ones.
    #expect(space.name == "mined" && space.rule.embeddingRange == 32...96)
    #expect(space.dataset?.path == "/data/fashion" && space.recipe?.epochs == 6)
    #expect(space.targets == [.relative(0.5, baseline: "deit-128"), .relative(0.25, baseline: "deit-128")])
    let findings = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: folder("mined.json"))))
    #expect((findings as? [String: Any])?["schema"] as? String == "nvit.regularities/1")
    let picture = try FileContents.readText(folder("mined.svg"))
    // Three runs, two targets, four kinds, eight blocks, and a point for each target in the legend.
    #expect(picture.split(separator: "<circle ").count - 1 == 3 * 2 * 4 * 8 + 2)
    let check = try BuiltCommand.run(["rule", "check", folder("mined.yaml")])
    #expect(check.status == 0 && check.output.contains("2 targets"))
  }

  @Test func `takes the targets that are asked for`() throws {
    let family = try family("pruned")
    let run = try mine([family, "--target", "0.25x", "--fixed", "--to", folder("one.yaml")])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("one run: how much another seed would differ cannot be known"))
    let space = try SearchSpace(contentsOf: folder("one.yaml"))
    #expect(space.rule.openNumbers.isEmpty && space.targets.count == 1)
    let unknown = try mine([family, "--target", "0.3x", "--to", folder("two.yaml")])
    #expect(unknown.status == 64 && unknown.errors.contains("--target names \"0.3x\", expected some of 0.5x, 0.25x"))
  }

  @Test func `refuses what it cannot mine, and leaves nothing behind`() throws {
    let good = try family("pruned")
    try write("old", to: "old.yaml")
    let other = try family("other", seed: 2, denseWidth: 640)
    let longer = try family("longer", seed: 2, epochs: 8)
    let newer = try family("newer", schema: "nvit.family/2")
    let empty = try family("empty", snapshots: [])
    try write("{\"schema\": \"nvit.family/1\", \"name\": 3}", to: "broken/family.json")
    let before = try folder.entries()
    let new = ["--to", folder("new/mined.yaml")]
    for (arguments, status, message) in [
      ([folder("none")] + new, Int32(66), "none/family.json: No such file or directory"),
      ([newer] + new, 65, "schema is \"nvit.family/2\", expected \"nvit.family/1\""),
      ([empty] + new, 65, "no snapshots, expected at least one"), ([folder("broken")] + new, 65, "name"),
      ([good, other] + new, 65, "different dense models, expected the same: block 1: MLP 512 and 640"),
      ([good, longer] + new, 65, "epochs"), ([good, good] + new, 65, "are the same run, expected each once"),
      ([good, "--to", folder("old.yaml")], 73, "the file exists; replace it with --overwrite"),
      ([good, "--picture", folder("new/mined.yaml")] + new, 64, "name one file twice"),
      ([] + new, 64, "families"),
    ] {
      let run = try mine(arguments)
      #expect(run.status == status && run.errors.contains(message), "\(arguments): \(run.status) \(run.errors)")
      #expect(try folder.entries() == before)
    }
    #expect(try FileContents.readText(folder("old.yaml")) == "old")
    try FileManager.default.removeItem(atPath: folder("dense-pruned/training.json"))
    let lost = try mine([good] + new)
    #expect(lost.status == 66 && lost.errors.contains("training.json: No such file or directory"))
  }
}
