import Foundation
import RunTestSupport
import TestSupport
import Testing
import ViTFiles
import ViTLatency
import ViTPruning
import ViTRuns

@Suite struct `Pruning a dense model` {
  private let dense = TinyDense()

  private func family() throws -> PrunedFamily { try PrunedFamily.read(folder: dense.folder("out/run")) }

  @Test func `A run leaves a family, and can neither be repeated nor resumed by accident`() throws {
    try dense.train()
    let witness = RunWitness()
    let outcome = try dense.prune(observer: witness.observer)
    #expect(witness.text.contains("another device, Elsewhere 9000, and not for this one"))
    #expect(witness.progress.allSatisfy { $0.activity == "pruning tiny" && $0.latencySeconds != nil })
    #expect(!outcome.isResumed && outcome.seconds.count == 2 && outcome.seconds == outcome.seconds.sorted())
    let text = try FileContents.readText(dense.folder("out/run/family.json"))
    #expect(try family() == outcome.family)
    #expect(outcome.family.snapshots.map(\.target) == ["0.8x", "0.5x"])
    for snapshot in outcome.family.snapshots {
      #expect(snapshot.model.predictedLatency.seconds <= snapshot.targetSeconds)
      #expect(snapshot.model.validationAccuracy != nil && snapshot.keptUnits != nil)
      #expect(dense.exists("out/run/\(snapshot.model.weightsFile)"))
    }
    #expect(dense.exists("out/run/snapshots/0.5x/architecture.json") && !dense.exists("out/run/state"))
    _ = try EvaluateRun(
      EvaluateRun.Settings(
        weights: dense.folder("out/run/snapshots/0.5x/weights.safetensors"), space: dense.folder("space.yaml"))
    ).run()
    let json = try JSONDocument.text(outcome.table(folder: "there"), named: "table")
    let rows = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])["rows"]
    #expect((rows as? [[String: Any]])?.map { $0["target"] as? String } == ["dense", "0.8x", "0.5x"])

    let again = expectError(FileError.self, "--resume") { try dense.prune() }
    #expect(again?.code == .alreadyExists)
    let resumed = expectError(FileError.self, "nothing to resume") { try dense.prune { $0.existing = .resume } }
    #expect(resumed?.code == .alreadyExists)
    let over = try dense.prune { $0.existing = .replace }.text(folder: "there")
    #expect(over.contains("0.5x") && over.contains("images/s") && over.hasSuffix("written to there\n"))
    #expect(try FileContents.readText(dense.folder("out/run/family.json")) == text)
  }

  @Test func `A run that is stopped says what it keeps and how it goes on, and ends as if it had not been`() throws {
    try dense.train()
    let whole = try dense.prune { $0.folder = dense.folder("out/whole") }.family
    let witness = RunWitness(stopping: "pruning", at: 0.7)
    let error = try #require(
      expectError(UnfinishedRun.self, "stopped; 1 of 2 snapshots are in \(dense.folder("out/run"))") {
        try dense.prune(observer: witness.observer)
      })
    let resumption = try #require(error.resumption as? PruneRun.Settings)
    #expect(resumption == (try dense.settings { $0.existing = .resume }))
    let outcome = try PruneRun(resumption).run()
    #expect(outcome.isResumed && outcome.seconds.count == 1)
    #expect(outcome.family.snapshots == whole.snapshots)
    for name in ["0.8x", "0.5x"].map({ "snapshots/\($0)/weights.safetensors" }) {
      #expect(
        try FileContents.read(dense.folder("out/run/\(name)")) == FileContents.read(dense.folder("out/whole/\(name)")))
    }
  }

  @Test func `Only a run that was started is resumed, and only with the same settings and dense model`() throws {
    try dense.train()
    func expectRefusal(
      _ message: String, _ targets: [String] = ["0.8x", "0.5x"], sourceLocation: SourceLocation = #_sourceLocation,
      _ change: (inout PruneRun.Settings) -> Void = { _ in }
    ) {
      let error = expectError(PruningError.self, message, sourceLocation: sourceLocation) {
        try dense.prune(targets) {
          $0.existing = .resume
          change(&$0)
        }
      }
      #expect(error?.code == .settingsChanged, sourceLocation: sourceLocation)
    }
    let none = expectError(FileError.self, "no pruning run to resume") { try dense.prune { $0.existing = .resume } }
    #expect(none?.code == .notFound && !dense.exists("out"))
    try dense.prune()
    let family = try FileContents.readText(dense.folder("out/run/family.json"))
    // As if the run had been stopped before its first snapshot.
    try FileManager.default.removeItem(atPath: dense.folder("out/run/family.json"))
    expectRefusal("the seed is 7, the run was started with 0") { $0.seed = 7 }
    expectRefusal("the floor is") { $0.units.floors = [.heads: 2] }
    expectRefusal("the saliency is random") { $0.saliency = .random }
    expectRefusal("0.8x,0.6x", ["0.8x", "0.6x"])
    try dense.prune { $0.existing = .resume }
    #expect(try FileContents.readText(dense.folder("out/run/family.json")) == family)
    try FileManager.default.removeItem(atPath: dense.folder("out/run/family.json"))
    try dense.train(seed: 5, .replace)
    let other = expectError(FileError.self, "SHA-256 of the dense weights") {
      try dense.prune { $0.existing = .resume }
    }
    #expect(other?.code == .changed)
  }

  @Test func `Targets out of reach and a training that diverges are refused, and leave no family`() throws {
    try dense.train()
    for (targets, message) in [
      (["1.5x"], "already met: pruning reaches from below"),
      (["0.5x", "0.0001x"], "out of reach: pruning reaches from below"),
    ] {
      let error = expectError(PruningError.self, message) { try dense.prune(targets) }
      #expect(error?.code == .unreachableTarget && !dense.exists("out"))
    }
    for (targets, message) in [
      (["0.5x", "0.5x"], "the same latency"), (["0.5x", "0.8x"], "expected the largest latency first"),
    ] {
      let error = expectError(PruningError.self, message) { try dense.prune(targets) }
      #expect(error?.code == .badTargets && !dense.exists("out"))
    }
    let diverged = expectError(PruningError.self, "not finite at step") {
      try dense.prune(["0.9x"]) {
        $0.learningRate = 1000
        $0.interval = 60
      }
    }
    #expect(diverged?.code == .diverged && !dense.exists("out/run/family.json"))
  }

  @Test func `A folder that no training left is refused`() throws {
    let none = expectError(FileError.self, "training.json") { try dense.prune { $0.dense = dense.folder("none") } }
    #expect(none?.code == .notFound)
    try dense.train()
    try AtomicFile.write("no tensors", to: dense.folder("dense/weights.safetensors"))
    let foreign = expectError(FileError.self, "weights.safetensors") { try dense.prune() }
    #expect(foreign?.code == .malformed)
    try AtomicFile.write("{}", to: dense.folder("dense/training.json"))
    let empty = expectError(FileError.self, "training.json") { try dense.prune() }
    #expect(empty?.code == .malformed && !dense.exists("out"))
  }

  @Test func `A table that leaves out a width, or is another device's, is refused with a reason`() throws {
    try dense.table()
    try dense.train(latency: "{source: file, file: table.json}")
    let elsewhere = expectError(
      PruningError.self, "holds for Elsewhere 9000", "name the file with --latency-model"
    ) { try dense.prune(["0.8x"]) { $0.latencyModel = nil } }
    #expect(elsewhere?.code == .unusableLatency)
    let path = try dense.table("narrow", smallestEmbedding: 12)
    let narrow = expectError(PruningError.self, "embedding is 1, the latency table covers 12 to 16") {
      try dense.prune(["0.8x"]) { $0.latencyModel = path }
    }
    #expect(narrow?.code == .unusableLatency && !dense.exists("out"))
    try dense.prune(["0.8x"]) {
      $0.latencyModel = path
      $0.units.floors = [.embedding: 12]
    }
  }

  @Test func `The audit writes correlations of every saliency and kind`() throws {
    try dense.train()
    var settings = AuditRun.Settings(dense: dense.folder("dense"), to: dense.folder("out/audit.json"))
    settings.images = 16
    settings.batches = 2
    settings.threads = 1
    let audit = try AuditRun(settings).run()
    #expect(audit.correlations.count == 30 && audit.imageCount == 16)
    #expect(try JSONDocument.read(SaliencyAudit.self, path: settings.file) == audit)
    let again = expectError(FileError.self, "--overwrite") { try AuditRun(settings).run() }
    #expect(again?.code == .alreadyExists)
    settings.file = dense.folder("new/audit.json")
    let witness = RunWitness(stopping: "auditing tiny", at: 0.3)
    #expect(throws: CancellationError.self) { try AuditRun(settings).run(witness.observer) }
    #expect(!dense.exists("new"))
  }

  @Test func `A second teacher takes part, and one that does not fit is refused before anything is written`() throws {
    let weights = dense.folder("dense/weights.safetensors")
    try dense.train()
    try dense.prune()
    let pruned = dense.folder("out/run/snapshots/0.5x/weights.safetensors")
    let without = try FileContents.read(pruned)
    var logits = EvaluateRun.Settings(weights: weights, space: dense.folder("space.yaml"))
    logits.split = .training
    logits.logits = dense.folder("logits.safetensors")
    _ = try EvaluateRun(logits).run()
    for teacher in [weights, dense.folder("logits.safetensors")] {
      try dense.prune {
        $0.hardTeacher = teacher
        $0.existing = .replace
      }
      #expect(try FileContents.read(pruned) != without)
    }
    let bad = expectError(FileError.self, "space.yaml") {
      try dense.prune(["0.8x"]) {
        $0.hardTeacher = dense.folder("space.yaml")
        $0.existing = .replace
      }
    }
    #expect(bad?.code == .malformed && FileManager.default.fileExists(atPath: pruned))
  }
}
