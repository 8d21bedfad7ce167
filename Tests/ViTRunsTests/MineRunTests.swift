import Foundation
import RunTestSupport
import TestSupport
import Testing
import ViTArchitecture
import ViTFiles
import ViTReport
import ViTRegularities
import ViTRuns

/// Of families written here.
@Suite struct `Mining pruned families` {
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

  private func mine(
    _ families: [String], to file: String, observer: RunObserver = .none,
    _ change: (inout MineRun.Settings) -> Void = { _ in }
  ) throws -> MineRun.Outcome {
    var settings = MineRun.Settings(families: families, to: folder(file))
    settings.replicates = 50
    change(&settings)
    return try MineRun(settings).run(observer)
  }

  @Test func `writes a space, its findings and a picture`() throws {
    let families = try (1...3).map { try family("pruned-\($0)", seed: $0) }
    let witness = RunWitness()
    let outcome = try mine(families, to: "mined.yaml", observer: witness.observer) {
      $0.findings = folder("mined.json")
      $0.picture = folder("mined.svg")
    }
    #expect(outcome.text.contains("MLP: blocks 3 to 6 keep "))
    #expect(outcome.text.contains("V: no trend with depth: constant"))
    #expect(outcome.files == ["mined.yaml", "mined.json", "mined.svg"].map { folder($0) })
    #expect(witness.text == "mined 6 pruned models" && witness.progress.last?.activity == "mining")
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
    #expect(RuleText.summary(of: space).contains("2 targets") && outcome.summary == RuleText.summary(of: space))
  }

  @Test func `takes the targets that are asked for`() throws {
    let family = try family("pruned")
    let outcome = try mine([family], to: "one.yaml") {
      $0.targets = ["0.25x"]
      $0.isFixed = true
    }
    #expect(outcome.text.contains("one run: how much another seed would differ cannot be known"))
    let space = try SearchSpace(contentsOf: folder("one.yaml"))
    #expect(space.rule.openNumbers.isEmpty && space.targets.count == 1)
    let unknown = expectError(RunError.self, "--target names \"0.3x\", expected some of 0.5x, 0.25x") {
      try mine([family], to: "two.yaml") { $0.targets = ["0.3x"] }
    }
    #expect(unknown?.code == .badSettings)
  }

  @Test func `stops when asked to, and leaves nothing`() throws {
    let family = try family("pruned")
    let witness = RunWitness(stopping: "mining")
    #expect(throws: CancellationError.self) { try mine([family], to: "new/mined.yaml", observer: witness.observer) }
    #expect(try !folder.entries().contains("new"))
  }

  @Test func `refuses what it cannot mine, and leaves nothing behind`() throws {
    let good = try family("pruned")
    try write("old", to: "old.yaml")
    let other = try family("other", seed: 2, denseWidth: 640)
    let longer = try family("longer", seed: 2, epochs: 8)
    let newer = try family("newer", schema: "nvit.family/3")
    let empty = try family("empty", snapshots: [])
    try write("{\"schema\": \"nvit.family/1\", \"name\": 3}", to: "broken/family.json")
    let before = try folder.entries()
    for (families, code, message) in [
      ([folder("none")], .notFound, "none/family.json: No such file or directory"),
      ([newer], .malformed, "schema is \"nvit.family/3\", expected \"nvit.family/2\" or \"nvit.family/1\""),
      ([empty], .malformed, "no snapshots, expected at least one"), ([folder("broken")], .malformed, "name"),
      ([good, longer], .malformed, "epochs"),
    ] as [([String], FileError.Code, String)] {
      let error = expectError(FileError.self, message) { try mine(families, to: "new/mined.yaml") }
      #expect(error?.code == code, "\(families)")
      #expect(try folder.entries() == before)
    }
    for (families, message) in [
      ([good, other], "different dense models, expected the same: block 1: MLP 512 and 640"),
      ([good, good], "are the same run, expected each once"),
    ] {
      expectError(RegularityError.self, message) { try mine(families, to: "new/mined.yaml") }
      #expect(try folder.entries() == before)
    }
    let old = expectError(FileError.self, "the file exists; replace it with --overwrite") {
      try mine([good], to: "old.yaml")
    }
    #expect(try old?.code == .alreadyExists && FileContents.readText(folder("old.yaml")) == "old")
    try FileManager.default.removeItem(atPath: folder("dense-pruned/training.json"))
    let lost = expectError(FileError.self, "training.json: No such file or directory") {
      try mine([good], to: "new/mined.yaml")
    }
    #expect(lost?.code == .notFound)
  }
}
