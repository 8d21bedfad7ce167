import Foundation
import RunTestSupport
import TestSupport
import Testing
import ViTArchitecture
import ViTFiles
import ViTPruning
import ViTReport
import ViTRuns
import ViTTraining

@Suite struct `Finetuning a family` {
  private let fixture: PrunedFamilyFixture

  init() throws { fixture = try PrunedFamilyFixture() }

  private func evaluate(_ weights: String, _ change: (inout EvaluateRun.Settings) -> Void = { _ in }) throws
    -> EvaluateRun.Outcome
  {
    var settings = EvaluateRun.Settings(weights: fixture.folder(weights), space: fixture.spacePath)
    change(&settings)
    return try EvaluateRun(settings).run()
  }

  @Test func `Every snapshot is trained with every seed, and the results are those of the weights`() throws {
    let results = try fixture.finetune("out") {
      $0.seeds = 2
      $0.threads = 2
    }
    #expect(results == (try fixture.results("out")))
    #expect(results.models.map(\.target) == ["0.5x", "0.5x", "0.3x", "0.3x"])
    #expect(results.models.map(\.seed) == [0, 1, 0, 1])
    #expect(results.settings.kind == .finetuned && results.settings.teacherWeight == 1)
    #expect(results.settings.learningRate == 0.002 && results.settings.epochs == 2)
    for model in results.models {
      // 40 training images, batches of 8, two epochs.
      #expect(model.samplesSeen == 80 && model.remainingParameters == model.parameters)
      let scores = try evaluate("out/" + model.weightsFile)
      #expect(scores.accuracy == model.validationAccuracy && scores.loss == model.validationLoss)
    }
    #expect(
      try fixture.tensors("out/0.5x/seed0.safetensors") != fixture.tensors("out/0.5x/seed1.safetensors"))
  }

  @Test func `A run that was killed goes on to the same weights, with any number of threads`() throws {
    try fixture.finetune("whole") {
      $0.seeds = 2
      $0.threads = 2
    }
    try fixture.finetune("parts") {
      $0.targets = ["0.5x"]
      $0.seed = 1
      $0.threads = 1
    }
    // Killed between the weights and the document: the weights are there, but nobody vouches for them.
    try fixture.folder.write([1, 2, 3], to: "parts/0.3x/seed0.safetensors")
    try fixture.finetune("parts") {
      $0.seeds = 2
      $0.threads = 1
      $0.existing = .resume
    }
    let (whole, parts) = (try fixture.results("whole").models, try fixture.results("parts").models)
    #expect(parts.map { "\($0.target) \($0.seed)" } == ["0.5x 1", "0.5x 0", "0.3x 0", "0.3x 1"])
    for model in whole {
      let other = try #require(parts.first { $0.target == model.target && $0.seed == model.seed })
      #expect(other.validationLoss == model.validationLoss && other.trainingLoss == model.trainingLoss)
      #expect(try fixture.tensors("parts/" + other.weightsFile) == fixture.tensors("whole/" + model.weightsFile))
    }
    let witness = RunWitness()
    let again = try fixture.finetune("parts", observer: witness.observer) {
      $0.seeds = 2
      $0.existing = .resume
    }
    #expect(witness.events.isEmpty && FinetuneTable.text(again).contains("0.3x"))
    // SciPy 1.17.1: `beta.ppf(0.025, 20, 1)`, where two seeds are right on all of 20 images.
    var perfect = again
    for index in perfect.models.indices {
      (perfect.models[index].validationAccuracy, perfect.models[index].validationImages) = (1, 20)
    }
    #expect(FinetuneTable.text(perfect).contains("100.00%  [83.16, 100.00]"))
    expectError(FileError.self, "\"temperature\":2") {
      try fixture.finetune("parts") {
        $0.temperature = 2
        $0.existing = .resume
      }
    }
  }

  @Test func `A run that is stopped says what it keeps and how it goes on, and goes on to the same weights`() throws {
    let whole = try fixture.finetune("whole")
    let witness = RunWitness { event in
      guard case .progress(let progress) = event else { return false }
      return progress.detail.hasPrefix("2/2 0.3x, seed 0")
    }
    let error = try #require(
      expectError(UnfinishedRun.self, "stopped; 1 of 2 trainings are kept") {
        try fixture.finetune("out", observer: witness.observer)
      })
    #expect(try fixture.results("out").models.map(\.target) == ["0.5x"])
    let progress = try #require(witness.progress.last)
    #expect(progress.activity == "finetuning" && progress.fraction > 0.3 && progress.loss != nil)
    let resumption = try #require(error.resumption as? FinetuneRun.Settings)
    #expect(resumption == fixture.settings("out") { $0.existing = .resume })
    let rest = try FinetuneRun(resumption).run()
    #expect(rest.models.map(\.validationLoss) == whole.models.map(\.validationLoss))
    #expect(
      try fixture.tensors("out/0.3x/seed0.safetensors") == fixture.tensors("whole/0.3x/seed0.safetensors"))
  }

  @Test func `Stopped in the middle of a training, it goes on there to the same weights`() throws {
    let whole = try fixture.finetune("whole")
    let witness = RunWitness(stopping: "finetuning", at: 0.2)
    let error = try #require(
      expectError(UnfinishedRun.self, "0 of 2") { try fixture.finetune("out", observer: witness.observer) })
    let resumption = try #require(error.resumption as? FinetuneRun.Settings)
    #expect(error.isStopped && fixture.exists("out/state/state.json"))
    let again = RunWitness()
    let rest = try FinetuneRun(resumption).run(again.observer)
    #expect(witness.progress.count + again.progress.count == 20, "no step is done twice")
    #expect(rest.models.map(\.trainingLoss) == whole.models.map(\.trainingLoss) && !fixture.exists("out/state"))
    for target in ["0.5x", "0.3x"] {
      let file = "\(target)/seed0.safetensors"
      #expect(try fixture.tensors("out/" + file) == fixture.tensors("whole/" + file))
    }
  }

  @Test func `From scratch, a member is what training makes of its architecture`() throws {
    let results = try fixture.finetune("out") {
      $0.isFromScratch = true
      $0.targets = ["0.3x"]
      $0.seed = 4
    }
    let model = try #require(results.models.first)
    #expect(model.kind == .scratch && model.validationAccuracyBefore == nil && model.teacher == nil)
    try AtomicFile.write(model.architecture.canonicalJSON, to: fixture.folder("model.json"))
    var training = TrainRun.Settings(source: fixture.folder("model.json"))
    training.recipe = fixture.spacePath
    training.seed = 4
    training.folder = fixture.folder("trained")
    _ = try TrainRun(training).run()
    #expect(
      try fixture.tensors("out/" + model.weightsFile) == fixture.tensors("trained/weights.safetensors"))
  }

  @Test func `Teachers change what is learnt, and logits teach what their model does`() throws {
    func weights(_ name: String, _ change: (inout FinetuneRun.Settings) -> Void) throws -> [String: [UInt32]] {
      try fixture.finetune(name) {
        $0.targets = ["0.5x"]
        change(&$0)
      }
      return try fixture.tensors("\(name)/0.5x/seed0.safetensors")
    }
    let logits = fixture.folder("logits/dense.safetensors")
    let dense = fixture.folder("dense/weights.safetensors")
    func writeLogits() throws -> EvaluateRun.Outcome {
      try evaluate("dense/weights.safetensors") {
        $0.split = .training
        $0.logits = logits
      }
    }
    #expect(try writeLogits().text.contains("40 images"))
    let refused = expectError(FileError.self, "--overwrite", from: writeLogits)
    #expect(refused?.code == .alreadyExists)

    let alone = try weights("alone") { $0.teacherWeight = 0 }
    let followed = try weights("followed") { _ in }
    let hard = try weights("hard") {
      $0.teacherWeight = 0
      $0.hardTeacher = dense
    }
    let both = try weights("both") { $0.hardTeacher = dense }
    #expect(Set([alone, followed, hard, both]).count == 4)
    #expect(try weights("from-logits") { $0.hardTeacher = logits } == both)
    #expect(try fixture.results("both").models.first?.hardTeacher == dense)
    #expect(try fixture.results("alone").models.first?.teacher == nil)
  }

  @Test func `With 2:4 sparsity the files hold the pattern, and the layers that it does not fit are named`() throws {
    let witness = RunWitness()
    let results = try fixture.finetune("out", observer: witness.observer) { $0.sparsity = .twoOfFour }
    #expect(witness.text.contains("0.3x: blocks.0.attn.proj.weight stays dense, its 6 inputs"))
    func report(_ file: String) throws -> SparsityReport {
      SparsityReport(try SparsityPattern.twoOfFour.check(SafeTensorsFile(contentsOf: fixture.folder(file))))
    }
    for model in results.models {
      #expect(model.sparsity == .twoOfFour && model.validationAccuracyMasked != nil)
      #expect(model.remainingParameters < model.parameters)
      let found = try report("out/" + model.weightsFile)
      #expect(found.holds && found.text.contains("2:4 holds   yes"))
    }
    let dense = try report("dense/weights.safetensors")
    #expect(try !dense.holds && JSONDocument.text(dense, named: "dense").contains("\"holds\" : false"))
  }

  @Test func `Settings that do not fit the family are refused, and leave no folder`() throws {
    let target = expectError(RunError.self, "no snapshot of target \"0.4x\", expected one of: 0.5x, 0.3x") {
      try fixture.finetune("out") { $0.targets = ["0.4x"] }
    }
    #expect(target?.code == .badSettings)
    let none = expectError(FileError.self, "no finetuning run to resume") {
      try fixture.finetune("out") { $0.existing = .resume }
    }
    #expect(none?.code == .notFound)
    let teacher = expectError(FileError.self, "none.safetensors") {
      try fixture.finetune("out") { $0.hardTeacher = "none.safetensors" }
    }
    #expect(teacher?.code == .notFound && !fixture.exists("out"))
  }

  @Test func `A training that diverges is named, and those before it are kept`() throws {
    let snapshot = fixture.family.snapshots[1].model
    let weights = ModelWeights(snapshot.architecture, seed: 1)
    // Products of queries and keys are beyond float32.
    weights.setValues(of: "blocks.0.attn.qkv.weight", to: (0..<14 * 16).map { Float($0 % 3) * 1e30 })
    try Checkpoint.write(
      weights, recipe: nil, mean: [0.5], standardDeviation: [0.25], to: snapshot.weightsPath(in: fixture.familyFolder))
    let error = try #require(
      expectError(UnfinishedRun.self, "1 of 2 trainings are kept") { try fixture.finetune("out") })
    let cause = try #require(error.cause as? FinetuneDiverged)
    #expect(cause.description.contains("0.3x, seed 0: the loss") && error.resumption == nil)
    #expect(try fixture.results("out").models.map(\.target) == ["0.5x"])
    #expect(!fixture.exists("out/0.3x"))
  }

  @Test func `Results that are there are not replaced unless asked`() throws {
    try fixture.finetune("out") { $0.targets = ["0.5x"] }
    let again = expectError(FileError.self, "--resume") { try fixture.finetune("out") { $0.targets = ["0.3x"] } }
    #expect(again?.code == .alreadyExists)
    try fixture.finetune("out") {
      $0.targets = ["0.3x"]
      $0.existing = .replace
    }
    #expect(try fixture.results("out").models.map(\.target) == ["0.3x"])
  }

  @Test func `Families that are broken are refused with what is wrong`() throws {
    func expectRefusal(
      _ code: FileError.Code, _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) {
      let error = #expect(throws: FileError.self, sourceLocation: sourceLocation) { try fixture.finetune("out") }
      #expect(
        error?.code == code && parts.allSatisfy { error?.description.contains($0) == true }, "\(error)",
        sourceLocation: sourceLocation)
      #expect(!fixture.exists("out"), sourceLocation: sourceLocation)
    }
    let sound = fixture.family
    try fixture.writeFamily { $0.schema = "nvit.family/9" }
    expectRefusal(.malformed, "family.json", "nvit.family/9", "nvit.family/1")
    try fixture.writeFamily { family in
      family = sound
      family.snapshots[1].target = "0.5X"
    }
    expectRefusal(.malformed, "two snapshots", "0.5X")
    try fixture.writeFamily { family in
      family = sound
      family.snapshots[0].target = ".."
    }
    expectRefusal(.malformed, "\"..\"")
    try fixture.writeFamily { family in
      family = sound
      family.snapshots[0].model.weightsFile = "gone.safetensors"
    }
    expectRefusal(.notFound, "gone.safetensors")
    try fixture.writeFamily { family in
      family = sound
      family.snapshots[0].model.weightsFile = "0.3x.safetensors"
    }
    expectRefusal(.malformed, "0.3x.safetensors", "architecture")
    try fixture.writeFamily { family in
      family = sound
      family.snapshots = []
    }
    expectRefusal(.malformed, "no snapshots")
    try fixture.writeFamily { family in
      family = sound
      family.dense.weightsFile = "elsewhere/weights.safetensors"
    }
    expectRefusal(.notFound, "training.json")
    try fixture.writeFamily { $0 = sound }
    let training = fixture.folder("dense/training.json")
    let text = try FileContents.readText(training)
    for (old, new, message) in [
      ("\"batchSize\" : 8", "\"batchSize\" : 0", "recipe: batch-size is 0, expected 1 to 65536"),
      ("\"epochs\" : 2", "\"epochs\" : 1e300", "recipe: epochs is 1e+300"),
      ("\"mixup\" : 0", "\"mixup\" : -1", "recipe: augmentation.mixup is -1.0, expected a number from 0 to 100"),
      ("nvit.training/2", "nvit.training/3", "\"nvit.training/2\" or \"nvit.training/1\""),
    ] {
      try #require(text.contains(old), "\(text)")
      try AtomicFile.write(text.replacing(old, with: new), to: training)
      expectRefusal(.malformed, "training.json", message)
    }
    try AtomicFile.write("{\"schema\": \"nvit.family/1\"}", to: fixture.folder("pruned/family.json"))
    expectRefusal(.malformed, "\"name\" is missing")
    try AtomicFile.write("{", to: fixture.folder("pruned/family.json"))
    expectRefusal(.malformed, "family.json")
    try FileManager.default.removeItem(atPath: fixture.folder("pruned/family.json"))
    expectRefusal(.notFound, "family.json")
  }

  @Test func `Teachers and weights that do not fit are refused before anything is trained`() throws {
    var other = fixture.family.snapshots[0].model.architecture
    other.classCount = 7
    try Checkpoint.write(
      ModelWeights(other, seed: 1), recipe: nil, mean: [0.5], standardDeviation: [0.25],
      to: fixture.folder("seven.safetensors"))
    expectError(TrainerError.self, "hard teacher's number of classes is 7") {
      try fixture.finetune("out") { $0.hardTeacher = fixture.folder("seven.safetensors") }
    }
    let logits = fixture.folder("validation.safetensors")
    _ = try evaluate("dense/weights.safetensors") { $0.logits = logits }
    expectError(TrainerError.self, "20 images, but the training split has 40") {
      try fixture.finetune("out") { $0.hardTeacher = logits }
    }
    let snapshot = fixture.family.snapshots[1].model
    let weights = ModelWeights(snapshot.architecture, seed: 1)
    weights.setValues(of: "head.bias", to: [Float](repeating: .nan, count: 10))
    try Checkpoint.write(
      weights, recipe: nil, mean: [0.5], standardDeviation: [0.25],
      to: snapshot.weightsPath(in: fixture.familyFolder))
    let broken = expectError(FileError.self, "\"head.bias\"") { try fixture.finetune("out") }
    #expect(broken?.code == .malformed && !fixture.exists("out"))
  }
}
