import Foundation
import TestSupport
import Testing
import ViTArchitecture
import ViTFiles
import ViTPruning
import ViTTraining

@Suite struct `nvit finetune` {
  private let fixture: PrunedFamilyFixture

  private struct Scores: Decodable {
    let accuracy: Double
    let loss: Double
  }

  init() throws { fixture = try PrunedFamilyFixture() }

  @Test func `Every snapshot is trained with every seed, and the results are those of the weights`() throws {
    let run = try fixture.finetune("out", ["--seeds", "2", "--threads", "2", "--json"])
    #expect(run.status == 0, "\(run.errors)")
    let results = try fixture.results("out")
    #expect(results == (try JSONDecoder().decode(FinetunedFamily.self, from: Data(run.output.utf8))))
    #expect(results.models.map(\.target) == ["0.5x", "0.5x", "0.3x", "0.3x"])
    #expect(results.models.map(\.seed) == [0, 1, 0, 1])
    #expect(results.settings.kind == .finetuned && results.settings.teacherWeight == 1)
    #expect(results.settings.learningRate == 0.002 && results.settings.epochs == 2)
    for model in results.models {
      // 40 training images, batches of 8, two epochs.
      #expect(model.samplesSeen == 80 && model.remainingParameters == model.parameters)
      let evaluated = try BuiltCommand.run([
        "evaluate", fixture.folder("out/" + model.weightsFile), "--space", fixture.spacePath, "--json",
      ])
      // JSONSerialization reads the last digits of a number less exactly.
      let scores = try JSONDecoder().decode(Scores.self, from: Data(evaluated.output.utf8))
      #expect(scores.accuracy == model.validationAccuracy && scores.loss == model.validationLoss)
    }
    #expect(
      try fixture.tensors("out/0.5x/seed0.safetensors") != fixture.tensors("out/0.5x/seed1.safetensors"))
  }

  @Test func `A run that was killed goes on to the same weights, with any number of threads`() throws {
    #expect(try fixture.finetune("whole", ["--seeds", "2", "--threads", "2"]).status == 0)
    let first = try fixture.finetune("parts", ["--target", "0.5x", "--seed", "1", "--threads", "1"])
    #expect(first.status == 0, "\(first.errors)")
    // Killed between the weights and the document: the weights are there, but nobody vouches for them.
    try fixture.folder.write([1, 2, 3], to: "parts/0.3x/seed0.safetensors")
    let rest = try fixture.finetune("parts", ["--seeds", "2", "--threads", "1", "--resume"])
    #expect(rest.status == 0, "\(rest.errors)")
    let (whole, parts) = (try fixture.results("whole").models, try fixture.results("parts").models)
    #expect(parts.map { "\($0.target) \($0.seed)" } == ["0.5x 1", "0.5x 0", "0.3x 0", "0.3x 1"])
    for model in whole {
      let other = try #require(parts.first { $0.target == model.target && $0.seed == model.seed })
      #expect(other.validationLoss == model.validationLoss && other.trainingLoss == model.trainingLoss)
      #expect(try fixture.tensors("parts/" + other.weightsFile) == fixture.tensors("whole/" + model.weightsFile))
    }
    let again = try fixture.finetune("parts", ["--seeds", "2", "--resume"])
    #expect(again.status == 0 && !again.errors.contains("trained"), "\(again.errors)")
    #expect(again.output.contains("0.3x"))
    let other = try fixture.finetune("parts", ["--resume", "--temperature", "2"])
    #expect(other.status == 65 && other.errors.contains("\"temperature\":2"), "\(other.errors)")
  }

  @Test func `From scratch, a member is what nvit train makes of its architecture`() throws {
    let run = try fixture.finetune("out", ["--scratch", "--target", "0.3x", "--seed", "4"])
    #expect(run.status == 0, "\(run.errors)")
    let model = try #require(try fixture.results("out").models.first)
    #expect(model.kind == .scratch && model.validationAccuracyBefore == nil && model.teacher == nil)
    try AtomicFile.write(model.architecture.canonicalJSON, to: fixture.folder("model.json"))
    let train = try BuiltCommand.run([
      "train", fixture.folder("model.json"), "--recipe", fixture.spacePath, "--seed", "4", "--to",
      fixture.folder("trained"),
    ])
    #expect(train.status == 0, "\(train.errors)")
    #expect(
      try fixture.tensors("out/" + model.weightsFile) == fixture.tensors("trained/weights.safetensors"))
  }

  @Test func `Teachers change what is learnt, and logits teach what their model does`() throws {
    func weights(_ name: String, _ more: [String]) throws -> [String: [UInt32]] {
      let run = try fixture.finetune(name, ["--target", "0.5x"] + more)
      #expect(run.status == 0, "\(run.errors)")
      return try fixture.tensors("\(name)/0.5x/seed0.safetensors")
    }
    let logits = fixture.folder("logits/dense.safetensors")
    let dense = fixture.folder("dense/weights.safetensors")
    let evaluate = ["evaluate", dense, "--space", fixture.spacePath, "--split", "training", "--logits", logits]
    let written = try BuiltCommand.run(evaluate)
    #expect(written.status == 0 && written.output.contains("40 images"), "\(written.errors)")
    #expect(try BuiltCommand.run(evaluate).status == 73)

    let alone = try weights("alone", ["--teacher-weight", "0"])
    let followed = try weights("followed", [])
    let hard = try weights("hard", ["--teacher-weight", "0", "--hard-teacher", dense])
    let both = try weights("both", ["--hard-teacher", dense])
    #expect(Set([alone, followed, hard, both]).count == 4)
    #expect(try weights("from-logits", ["--hard-teacher", logits]) == both)
    #expect(try fixture.results("both").models.first?.hardTeacher == dense)
    #expect(try fixture.results("alone").models.first?.teacher == nil)
  }

  @Test func `With 2:4 sparsity the files hold the pattern, and the layers that it does not fit are named`() throws {
    let run = try fixture.finetune("out", ["--sparsity", "2:4"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("0.3x: blocks.0.attn.proj.weight stays dense, its 6 inputs"))
    for model in try fixture.results("out").models {
      #expect(model.sparsity == .twoOfFour && model.validationAccuracyMasked != nil)
      #expect(model.remainingParameters < model.parameters)
      let info = try BuiltCommand.run(["info", "--sparsity", fixture.folder("out/" + model.weightsFile)])
      #expect(info.status == 0 && info.output.contains("2:4 holds   yes"), "\(info.output)")
    }
    let dense = try BuiltCommand.run(["info", "--sparsity", fixture.folder("dense/weights.safetensors"), "--json"])
    #expect(dense.status == 1 && dense.output.contains("\"holds\" : false"), "\(dense.output)")
  }

  /// One after another, since each test of the suite trains a dense model first.
  @Test func `Options that make no sense are refused, and leave no folder`() throws {
    let cases: [([String], Int32, String)] = [
      (["--target", "0.4x"], 64, "no snapshot of target \"0.4x\", expected one of: 0.5x, 0.3x"),
      (["--epochs", "0"], 64, "--epochs is 0"), (["--epochs", "nan"], 64, "--epochs is nan"),
      (["--seeds", "0"], 64, "--seeds is 0"), (["--seed", "18446744073709551615"], 64, "expected at most"),
      (["--learning-rate", "0"], 64, "--learning-rate is 0"), (["--temperature=-1"], 64, "--temperature is -1"),
      (["--teacher-weight", "inf"], 64, "--teacher-weight is inf"), (["--sparsity", "1:4"], 64, "1:4"),
      (["--scratch", "--sparsity", "2:4"], 64, "leave out --scratch"),
      (["--resume", "--overwrite"], 64, "give one of them"), (["--resume"], 66, "no run to resume"),
      (["--hard-teacher", "none.safetensors"], 66, "none.safetensors"),
    ]
    for (options, status, message) in cases {
      let run = try fixture.finetune("out", options)
      #expect(run.status == status && run.errors.contains(message), "\(run.status) \(run.errors)")
      #expect(run.output.isEmpty && !fixture.exists("out"), "\(options)")
    }
  }

  @Test func `A training that diverges is named, and those before it are kept`() throws {
    let snapshot = fixture.family.snapshots[1].model
    let weights = ModelWeights(snapshot.architecture, seed: 1)
    // Products of queries and keys are beyond float32.
    weights.setValues(of: "blocks.0.attn.qkv.weight", to: (0..<14 * 16).map { Float($0 % 3) * 1e30 })
    try Checkpoint.write(
      weights, recipe: nil, mean: [0.5], standardDeviation: [0.25], to: snapshot.weightsPath(in: fixture.familyFolder))
    let run = try fixture.finetune("out")
    #expect(run.status == 1 && run.errors.contains("0.3x, seed 0: the loss"), "\(run.errors)")
    #expect(run.errors.contains("1 of 2 trainings are kept") && run.output.isEmpty)
    #expect(try fixture.results("out").models.map(\.target) == ["0.5x"])
    #expect(!fixture.exists("out/0.3x"))
  }

  @Test func `Results that are there are not replaced unless asked`() throws {
    #expect(try fixture.finetune("out", ["--target", "0.5x"]).status == 0)
    let again = try fixture.finetune("out", ["--target", "0.3x"])
    #expect(again.status == 73 && again.errors.contains("--resume"), "\(again.errors)")
    #expect(try fixture.finetune("out", ["--target", "0.3x", "--overwrite"]).status == 0)
    #expect(try fixture.results("out").models.map(\.target) == ["0.3x"])
  }

  @Test func `Families that are broken are refused with what is wrong`() throws {
    func expectError(_ status: Int32, _ parts: String...) throws {
      let run = try fixture.finetune("out")
      #expect(run.status == status && parts.allSatisfy(run.errors.contains), "\(run.status) \(run.errors)")
      #expect(run.output.isEmpty && !fixture.exists("out"))
    }
    let sound = fixture.family
    try fixture.writeFamily { $0.schema = "nvit.family/9" }
    try expectError(65, "family.json", "nvit.family/9", "nvit.family/1")
    try fixture.writeFamily { family in
      family = sound
      family.snapshots[1].target = "0.5X"
    }
    try expectError(65, "two snapshots", "0.5X")
    try fixture.writeFamily { family in
      family = sound
      family.snapshots[0].target = ".."
    }
    try expectError(65, "\"..\"")
    try fixture.writeFamily { family in
      family = sound
      family.snapshots[0].model.weightsFile = "gone.safetensors"
    }
    try expectError(66, "gone.safetensors")
    try fixture.writeFamily { family in
      family = sound
      family.snapshots[0].model.weightsFile = "0.3x.safetensors"
    }
    try expectError(65, "0.3x.safetensors", "architecture")
    try fixture.writeFamily { family in
      family = sound
      family.snapshots = []
    }
    try expectError(65, "no snapshots")
    try fixture.writeFamily { family in
      family = sound
      family.dense.weightsFile = "elsewhere/weights.safetensors"
    }
    try expectError(66, "training.json")
    try fixture.writeFamily { $0 = sound }
    let training = fixture.folder("dense/training.json")
    let text = try FileContents.readText(training)
    for (old, new, message) in [
      ("\"batchSize\" : 8", "\"batchSize\" : 0", "recipe: batch-size is 0, expected 1 to 65536"),
      ("\"epochs\" : 2", "\"epochs\" : 1e300", "recipe: epochs is 1e+300"),
      ("\"mixup\" : 0", "\"mixup\" : -1", "recipe: augmentation.mixup is -1.0, expected a number from 0 to 100"),
      ("nvit.training/1", "nvit.training/2", "nvit.training/1"),
    ] {
      try #require(text.contains(old), "\(text)")
      try AtomicFile.write(text.replacing(old, with: new), to: training)
      try expectError(65, "training.json", message)
    }
    try AtomicFile.write("{\"schema\": \"nvit.family/1\"}", to: fixture.folder("pruned/family.json"))
    try expectError(65, "\"name\" is missing")
    try AtomicFile.write("{", to: fixture.folder("pruned/family.json"))
    try expectError(65, "family.json")
    try FileManager.default.removeItem(atPath: fixture.folder("pruned/family.json"))
    try expectError(66, "family.json")
  }

  @Test func `Teachers and weights that do not fit are refused before anything is trained`() throws {
    var other = fixture.family.snapshots[0].model.architecture
    other.classCount = 7
    try Checkpoint.write(
      ModelWeights(other, seed: 1), recipe: nil, mean: [0.5], standardDeviation: [0.25],
      to: fixture.folder("seven.safetensors"))
    let teacher = try fixture.finetune("out", ["--hard-teacher", fixture.folder("seven.safetensors")])
    #expect(
      teacher.status == 65 && teacher.errors.contains("hard teacher's number of classes is 7"), "\(teacher.errors)")
    let logits = fixture.folder("validation.safetensors")
    let written = try BuiltCommand.run([
      "evaluate", fixture.folder("dense/weights.safetensors"), "--space", fixture.spacePath, "--logits", logits,
    ])
    #expect(written.status == 0, "\(written.errors)")
    let split = try fixture.finetune("out", ["--hard-teacher", logits])
    #expect(split.status == 65 && split.errors.contains("20 images, but the training split has 40"), "\(split.errors)")

    let snapshot = fixture.family.snapshots[1].model
    let weights = ModelWeights(snapshot.architecture, seed: 1)
    weights.setValues(of: "head.bias", to: [Float](repeating: .nan, count: 10))
    try Checkpoint.write(
      weights, recipe: nil, mean: [0.5], standardDeviation: [0.25],
      to: snapshot.weightsPath(in: fixture.familyFolder))
    let broken = try fixture.finetune("out")
    #expect(broken.status == 65 && broken.errors.contains("\"head.bias\""), "\(broken.errors)")
    #expect(!fixture.exists("out"))
  }
}
