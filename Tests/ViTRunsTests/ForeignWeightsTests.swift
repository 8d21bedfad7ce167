import Foundation
import RunTestSupport
import TestSupport
import Testing
import ViTArchitecture
import ViTFiles
import ViTPruning
import ViTRuns
import ViTTraining

/// Weights of other tools say neither their architecture nor what their pixels were normalised by.
@Suite struct `Weights without metadata` {
  private let dense = TinyDense()
  private let fixture: String
  private let stripped: String

  init() throws {
    try dense.train()
    fixture = dense.folder("dense/weights.safetensors")
    stripped = dense.folder("stripped.safetensors")
    try StrippedWeights.copy(fixture, to: stripped)
  }

  private var architecture: String { dense.folder("dense/architecture.json") }

  /// What the dense model's file says.
  private func facts(_ architecture: String? = nil) throws -> WeightsFacts {
    let own = try Checkpoint(contentsOf: fixture)
    return WeightsFacts(
      architecture: architecture ?? self.architecture, mean: own.mean?.map { Double($0) },
      deviation: own.standardDeviation?.map { Double($0) })
  }

  private func evaluate(
    _ weights: String, _ facts: WeightsFacts, _ observer: RunObserver = .none
  ) throws -> EvaluateRun.Outcome {
    var settings = EvaluateRun.Settings(weights: weights, space: dense.folder("space.yaml"))
    settings.facts = facts
    return try EvaluateRun(settings).run(observer)
  }

  // MARK: Evaluating

  @Test func `are scored as with it where the user says what is missing`() throws {
    let whole = try evaluate(fixture, WeightsFacts())
    let witness = RunWitness()
    let said = try evaluate(stripped, try facts(), witness.observer)
    #expect(said.loss == whole.loss && said.accuracy == whole.accuracy && !said.normalization.isAssumed)
    #expect(witness.texts.isEmpty)
    // Said beside a file that says the same: nothing is wrong with that.
    #expect(try evaluate(fixture, try facts()).loss == whole.loss)
    // One number for all channels, of which there is one here.
    let other = try evaluate(stripped, WeightsFacts(architecture: architecture, mean: [0], deviation: [1]))
    #expect(other.loss != whole.loss && other.normalization.mean == [0] && other.normalization.standardDeviation == [1])
  }

  @Test func `are told to be taken for weights of the training images' normalisation`() throws {
    let witness = RunWitness()
    let outcome = try evaluate(stripped, WeightsFacts(architecture: architecture), witness.observer)
    #expect(try outcome.normalization.isAssumed && outcome.loss == evaluate(fixture, WeightsFacts()).loss)
    #expect(witness.text.hasPrefix("\(stripped) does not say what its pixels are normalised by; those of the training"))
    #expect(witness.text.contains("assumed: mean 0.") && witness.text.contains("(--mean and --deviation name others)"))
  }

  @Test func `are refused where the user contradicts the file, or says half of it`() throws {
    expectError(FileError.self, "its metadata say mean 0.", "but mean 0, deviation 1 are named; leave those out") {
      try evaluate(fixture, WeightsFacts(mean: [0], deviation: [1]))
    }
    expectError(FileError.self, "2 means and 2 deviations are named for 1 channels") {
      try evaluate(stripped, WeightsFacts(architecture: architecture, mean: [0, 0], deviation: [1, 1]))
    }
    for (facts, message) in [
      (WeightsFacts(mean: [0.5]), "a mean without a deviation"), (WeightsFacts(deviation: [0.5]), "without a mean"),
      (WeightsFacts(mean: [0.5], deviation: [0]), "a deviation is 0.0, expected a number above 0"),
      (WeightsFacts(mean: [.nan], deviation: [1]), "a mean is nan"),
      (WeightsFacts(mean: [0, 0], deviation: [1]), "2 means and 1 deviations"),
    ] {
      expectError(RunError.self, "--mean and --deviation: ", message) { try evaluate(stripped, facts) }
    }
    expectError(FileError.self, "the metadata holds no architecture", "--architecture names one") {
      try evaluate(stripped, WeightsFacts())
    }
  }

  @Test func `take their architecture from whatever holds a single one`() throws {
    let whole = try evaluate(fixture, WeightsFacts())
    let space = dense.folder("space.yaml")
    try AtomicFile.write(
      try RuleMember(of: space, at: [], latencyModel: nil).json + "\n", to: dense.folder("shown.txt"))
    let document = try FileContents.readText(space)
    // Open, with the dense model among its baselines.
    let open =
      document.replacing("embedding: 16}", with: "embedding: {choices: [8, 16]}}")
      + "baselines: [{name: base, embedding: 16, depth: 2, heads: 2, query-key: 8, value: 8, mlp-hidden: 32}]\n"
    try AtomicFile.write(open, to: dense.folder("open#1.yaml"))
    for source in [space, dense.folder("shown.txt"), dense.folder("open#1.yaml") + "#base"] {
      #expect(try evaluate(stripped, try facts(source)).loss == whole.loss, "\(source)")
    }
    expectError(RunError.self, "leaves architecture.embedding open", "'\(dense.folder("open#1.yaml"))#NAME'") {
      try evaluate(stripped, try facts(dense.folder("open#1.yaml")))
    }
    expectError(RunError.self, "has no baseline \"none\"; it has base") {
      try evaluate(stripped, try facts(dense.folder("open#1.yaml") + "#none"))
    }
    expectError(RunError.self, "is no document, so it has no baseline") {
      try evaluate(stripped, try facts(architecture + "#base"))
    }
    expectError(FileError.self, "schema is") { try evaluate(stripped, try facts(dense.folder("dense/training.json"))) }
    expectError(FileError.self, "not UTF-8") { try evaluate(stripped, try facts(stripped)) }
  }

  // MARK: Teaching

  private func student(
    _ name: String, teacher keys: String, _ observer: RunObserver = .none
  ) throws -> [String: [UInt32]] {
    let space = try FileContents.readText(dense.folder("space.yaml")).replacing(
      "learning-rate: 0.001}", with: "learning-rate: 0.001, distillation: {kind: soft, \(keys)}}")
    try AtomicFile.write(space, to: dense.folder("\(name).yaml"))
    var settings = TrainRun.Settings(source: dense.folder("\(name).yaml"))
    settings.folder = dense.folder(name)
    settings.threads = 1
    _ = try TrainRun(settings).run(observer)
    return try tensors(dense.folder("\(name)/weights.safetensors"))
  }

  private func tensors(_ path: String) throws -> [String: [UInt32]] {
    let file = try SafeTensorsFile(contentsOf: path)
    return Dictionary(
      uniqueKeysWithValues: try file.tensors.map { ($0.name, try file.floats($0.name).map(\.bitPattern)) })
  }

  /// A teacher that is used to other pixels than the student sees its own, so what it says of them matters.
  @Test func `teach as with it where the document says what is missing`() throws {
    let teacher = dense.folder("teacher.safetensors")
    try Checkpoint.write(
      try Checkpoint(contentsOf: fixture).weights, recipe: nil, mean: [0.25], standardDeviation: [0.75], to: teacher)
    let bare = dense.folder("bare.safetensors")
    try StrippedWeights.copy(teacher, to: bare)
    let whole = try student("whole", teacher: "teacher: teacher.safetensors")
    let witness = RunWitness()
    let said = try student(
      "said",
      teacher: """
        teacher: bare.safetensors, architecture: "dense/architecture.json", mean: 0.25, deviation: [0.75]
        """, witness.observer)
    #expect(said == whole && !witness.text.contains("normalised"))
    let assumed = try student(
      "assumed", teacher: "teacher: bare.safetensors, architecture: dense/architecture.json", witness.observer)
    #expect(assumed != whole)
    #expect(witness.text.contains("bare.safetensors does not say"))
    #expect(witness.text.contains("(recipe.distillation.mean and recipe.distillation.deviation name others)"))
    expectError(FileError.self, "bare.safetensors", "recipe.distillation.architecture names one") {
      try student("none", teacher: "teacher: bare.safetensors")
    }
    for (keys, message) in [
      ("mean: 0.5", "a mean without a deviation"), ("mean: [a], deviation: 1", "\"a\" in recipe.distillation.mean"),
      ("mean: 0, deviation: 0", "\"0\" for recipe.distillation.deviation"), ("mean: [], deviation: 1", "an empty list"),
    ] {
      expectError(DocumentError.self, message) { try student("bad", teacher: "teacher: bare.safetensors, \(keys)") }
    }
  }

  @Test func `teach a search's candidates by the same keys`() async throws {
    let search = TinySearch()
    try FileManager.default.copyItem(atPath: stripped, toPath: search.folder("teacher.safetensors"))
    try FileManager.default.copyItem(atPath: architecture, toPath: search.folder("teacher.json"))
    let keys = "kind: soft, teacher: teacher.safetensors, architecture: teacher.json"
    let space = try search.space(replacing: "epsilon:", with: "distillation: {\(keys)}, epsilon:")
    let witness = RunWitness()
    _ = try await search.explore(space, .keep, witness.observer)
    #expect(witness.text.contains("teacher.safetensors does not say what its pixels are normalised by"))
    let bad = try search.space(
      "bad.yaml", replacing: "epsilon:", with: "distillation: {teacher: teacher.safetensors}, epsilon:")
    await expectAsyncError(FileError.self, "recipe.distillation.architecture names one") {
      try await search.explore(bad, to: "bad")
    }
  }

  // MARK: Pruning and what follows

  /// The dense model, used to pixels of other mean and deviation, in a folder of its own.
  private func foreignDense(_ name: String, keeping metadata: [String]) throws -> String {
    let folder = dense.folder(name)
    try FileManager.default.copyItem(atPath: dense.folder("dense"), toPath: folder)
    let path = folder + "/weights.safetensors"
    try Checkpoint.write(
      try Checkpoint(contentsOf: path).weights, recipe: nil, mean: [0.25], standardDeviation: [0.75],
      to: dense.folder("foreign.safetensors"))
    try StrippedWeights.copy(dense.folder("foreign.safetensors"), to: path, keeping: metadata)
    return folder
  }

  @Test func `are pruned and finetuned as with it, and what was said travels with what comes of them`() throws {
    let whole = try foreignDense("whole", keeping: ["architecture", "normalization"])
    let bare = try foreignDense("bare", keeping: [])
    let said = WeightsFacts(architecture: architecture, mean: [0.25], deviation: [0.75])
    func prune(_ folder: String, _ to: String, _ facts: WeightsFacts, _ observer: RunObserver = .none) throws {
      try dense.prune(observer: observer) {
        $0.dense = folder
        $0.folder = dense.folder(to)
        $0.facts = facts
      }
    }
    try prune(whole, "pruned-whole", WeightsFacts())
    let witness = RunWitness()
    try prune(bare, "pruned-bare", said, witness.observer)
    #expect(!witness.text.contains("normalised"))
    for target in ["0.8x", "0.5x"] {
      let files = ["whole", "bare"].map { dense.folder("pruned-\($0)/snapshots/\(target)/weights.safetensors") }
      #expect(try tensors(files[0]) == tensors(files[1]))
      #expect(try Checkpoint(contentsOf: files[1]).mean == [0.25])
    }
    try prune(bare, "pruned-assumed", WeightsFacts(architecture: architecture), witness.observer)
    #expect(witness.text.contains("weights.safetensors does not say") && witness.text.contains("--mean"))
    expectError(FileError.self, "--architecture names one") { try prune(bare, "none", WeightsFacts()) }
    #expect(!dense.exists("none"))

    func finetune(_ name: String, _ observer: RunObserver = .none) throws -> FinetunedFamily {
      let settings = FinetuneRun.Settings(family: dense.folder("pruned-\(name)"), to: dense.folder("finetuned-\(name)"))
      return try FinetuneRun(settings).run(observer)
    }
    let (first, second) = (try finetune("whole"), try finetune("bare", witness.observer))
    #expect(first.models.map(\.validationLoss) == second.models.map(\.validationLoss))
    #expect(!witness.texts.suffix(2).contains { $0.contains("finetuned") && $0.contains("normalised") })
    for model in second.models {
      let file = try Checkpoint(contentsOf: dense.folder("finetuned-bare/\(model.weightsFile)"))
      #expect(file.mean == [0.25] && file.standardDeviation == [0.75])
    }
    let audit = { (folder: String, facts: WeightsFacts) throws -> SaliencyAudit in
      var settings = AuditRun.Settings(dense: folder, to: dense.folder("\(UUID().uuidString).json"))
      settings.batches = 2
      settings.images = 20
      settings.facts = facts
      return try AuditRun(settings).run()
    }
    #expect(try audit(whole, WeightsFacts()).correlations == audit(bare, said).correlations)
  }

  @Test func `as a second teacher are told what is missing, in pruning and finetuning alike`() throws {
    let teacher = dense.folder("teacher.safetensors")
    try Checkpoint.write(
      try Checkpoint(contentsOf: fixture).weights, recipe: nil, mean: [0.25], standardDeviation: [0.75], to: teacher)
    let bare = dense.folder("bare.safetensors")
    try StrippedWeights.copy(teacher, to: bare)
    let said = WeightsFacts(architecture: architecture, mean: [0.25], deviation: [0.75])
    func prune(_ teacher: String, _ facts: WeightsFacts, _ to: String, _ observer: RunObserver = .none) throws {
      try dense.prune(["0.8x"], observer: observer) {
        $0.hardTeacher = teacher
        $0.hardTeacherFacts = facts
        $0.folder = dense.folder(to)
      }
    }
    func weights(_ folder: String) throws -> [String: [UInt32]] {
      try tensors(dense.folder("\(folder)/snapshots/0.8x/weights.safetensors"))
    }
    try prune(teacher, WeightsFacts(), "whole")
    try prune(bare, said, "said")
    #expect(try weights("whole") == weights("said"))
    let witness = RunWitness()
    try prune(bare, WeightsFacts(architecture: architecture), "assumed", witness.observer)
    #expect(witness.text.contains("(--hard-teacher-mean and --hard-teacher-deviation name others)"))
    expectError(FileError.self, "--hard-teacher-architecture names one") { try prune(bare, WeightsFacts(), "none") }

    func finetune(_ teacher: String, _ facts: WeightsFacts, _ to: String, _ observer: RunObserver = .none) throws
      -> [Double]
    {
      var settings = FinetuneRun.Settings(family: dense.folder("whole"), to: dense.folder(to))
      settings.hardTeacher = teacher
      settings.hardTeacherFacts = facts
      return try FinetuneRun(settings).run(observer).models.map(\.validationLoss)
    }
    #expect(try finetune(teacher, WeightsFacts(), "f-whole") == finetune(bare, said, "f-said"))
    _ = try finetune(bare, WeightsFacts(architecture: architecture), "f-assumed", witness.observer)
    #expect(witness.texts.last { $0.contains("--hard-teacher-mean") } != nil)
    expectError(FileError.self, "--hard-teacher-architecture names one") {
      try finetune(bare, WeightsFacts(), "f-none")
    }
    // Another word on the teacher is another finetuning.
    expectError(FileError.self, "choose another --to") {
      var settings = FinetuneRun.Settings(family: dense.folder("whole"), to: dense.folder("f-said"))
      settings.hardTeacher = bare
      settings.hardTeacherFacts = WeightsFacts(architecture: architecture, mean: [0], deviation: [1])
      settings.existing = .resume
      return try FinetuneRun(settings).run()
    }
  }

  @Test func `are pruned on by the same word only`() throws {
    let bare = try foreignDense("bare", keeping: ["architecture"])
    let settings = { (facts: WeightsFacts, existing: ExistingResults) in
      try dense.settings {
        $0.dense = bare
        $0.facts = facts
        $0.existing = existing
      }
    }
    let witness = RunWitness(stopping: "pruning", at: 0.5)
    let said = WeightsFacts(mean: [0.25], deviation: [0.75])
    let error = expectError(UnfinishedRun.self) { try PruneRun(settings(said, .keep)).run(witness.observer) }
    #expect((error?.resumption as? PruneRun.Settings)?.facts == said)
    expectError(PruningError.self, "the dense model's mean and deviation is 0.0 and 1.0", "started with 0.25 and 0.75")
    {
      try PruneRun(settings(WeightsFacts(mean: [0], deviation: [1]), .resume)).run()
    }
    _ = try PruneRun(settings(said, .resume)).run()
  }
}
