import TestSupport
import Testing
import TrainingTestSupport
import ViTArchitecture
import ViTData
import ViTFiles
import ViTTraining

@Suite struct TeacherTests {
  private let folder = TemporaryFolder()
  private let images = ImageSet.striped(count: 95, channels: 2, imageSize: 12, classCount: 5)
  private var normalization: Normalization { Normalization(of: images) }

  private func recipe(mixup: Double = 0) -> TrainingRecipe {
    var recipe = TrainingRecipe()
    recipe.batchSize = 32
    recipe.learningRate = 3e-3
    recipe.augmentation.mixup = mixup
    return recipe
  }

  private func trainer(_ recipe: TrainingRecipe, on other: ImageSet? = nil) -> Trainer {
    Trainer(recipe: recipe, images: other ?? images, normalization: normalization, threads: 2)
  }

  private let terms = LossTerms(hardWeight: 0.5, fullModelWeight: 1, temperature: 2, hasDistillationToken: true)

  private func logits(of weights: ModelWeights, on other: ImageSet? = nil) -> TeacherLogits {
    TeacherLogits(
      of: weights, on: other ?? images, normalization: normalization, threads: 2,
      origin: ["split": "training", "split_seed": "7"])
  }

  /// Weights after one epoch.
  private func train(
    _ teachers: Teachers, _ terms: LossTerms, _ change: (inout TrainingRecipe) -> Void = { _ in }
  ) throws -> [[UInt32]] {
    var recipe = recipe()
    change(&recipe)
    let student = Architecture.small(distilled: true)
    return try trainer(recipe).train(.init(student, seed: 1, teachers: teachers, terms: terms)) { _ in true }
      .weights.bitPatterns
  }

  @Test(arguments: [false, true])
  func `A file of logits teaches exactly what the model that made it does`(hasTwoHeads: Bool) throws {
    let teacher = ModelWeights.lively(.small(distilled: hasTwoHeads), seed: 5)
    try logits(of: teacher).write(to: folder("logits.safetensors"))
    guard case .logits(let read) = try Teacher(contentsOf: folder("logits.safetensors")) else {
      Issue.record("a file of logits was taken for weights")
      return
    }
    #expect((read.distillationLogits != nil) == hasTwoHeads)
    #expect(read.origin["split_seed"] == "7")
    let hard = Teacher(ModelWeights.lively(.small(), seed: 6))
    let expected = try train(Teachers(Teacher(teacher), hard: hard), terms)
    #expect(try train(Teachers(.logits(read), hard: hard), terms) == expected)
    // As the hard teacher, and as the only one.
    let model = Teacher(teacher)
    #expect(try train(Teachers(hard, hard: .logits(read)), terms) == train(Teachers(hard, hard: model), terms))
    #expect(try train(Teachers(.logits(read)), terms) == train(Teachers(model), terms))
  }

  @Test func `Both heads of a teacher are heard, and every teacher matters`() throws {
    let two = ModelWeights.lively(.small(distilled: true), seed: 5)
    let other = ModelWeights.lively(.small(distilled: true), seed: 5)
    other.setValues(of: "head_dist.bias", to: [1, -2, 3, -4, 5])
    let hard = Teacher(ModelWeights.lively(.small(), seed: 6))
    let weights = try [
      Teachers(Teacher(two), hard: hard), Teachers(Teacher(other), hard: hard),
      Teachers(Teacher(two), hard: Teacher(ModelWeights.lively(.small(), seed: 9))),
    ].map { try train($0, terms) }
    #expect(weights[0] != weights[1] && weights[0] != weights[2])
    // Terms that do not listen to the hard teacher do not ask it, whatever it is.
    let deaf = LossTerms(hardWeight: 0, fullModelWeight: 1, temperature: 2, hasDistillationToken: true)
    var misfit = Architecture.small()
    misfit.classCount = 9
    let ignored = Teacher(ModelWeights(misfit, seed: 1))
    #expect(try train(Teachers(Teacher(two), hard: ignored), deaf) == train(Teachers(Teacher(two)), deaf))
  }

  @Test func `Labels stay with their images however they are cropped, flipped and erased`() throws {
    let teacher = logits(of: .lively(.small(distilled: true), seed: 5))
    let weights = try train(Teachers(.logits(teacher)), terms) {
      $0.augmentation.cropPadding = 2
      $0.augmentation.horizontalFlip = 0.5
      $0.augmentation.randomErasing = 0.25
    }
    #expect(weights.allSatisfy { $0.allSatisfy { Float(bitPattern: $0).isFinite } })
  }

  @Test func `A teacher of another normalisation sees the pictures that it is used to`() throws {
    let weights = ModelWeights.lively(.small(), seed: 5)
    let own = Normalization(mean: [0.2, 0.6], standardDeviation: [0.3, 0.15])
    let adapted = FrozenWeights(weights, normalization: own).copy(seeing: normalization)
    let expected = TeacherLogits(of: weights, on: images, normalization: own, threads: 1).logits
    let found = TeacherLogits(of: adapted, on: images, normalization: normalization, threads: 1).logits
    // Float32 through three blocks, as in the parity tests: some hundred roundoffs of 6e-8.
    #expect(ParityFixture.relativeError(found, expected) < 1e-5)
    #expect(FrozenWeights(weights, normalization: own).copy().bitPatterns == weights.bitPatterns)
    #expect(ParityFixture.relativeError(logits(of: weights).logits, expected) > 1e-2)
  }

  @Test func `Scores of logits are those of the model that made them`() {
    for distilled in [false, true] {
      let weights = ModelWeights.lively(.small(distilled: distilled), seed: 5)
      let direct = Evaluation(of: weights, on: images, normalization: normalization, threads: 2)
      #expect(Evaluation(of: logits(of: weights), labels: images.labels) == direct)
    }
  }

  /// Every label and image as often, in another order.
  private var shuffled: ImageSet { images.subset((0..<images.count).map { ($0 + 5) % images.count }) }

  @Test func `Logits of other images are refused, with what was found and expected`() throws {
    func expectError(_ logits: TeacherLogits, _ recipe: TrainingRecipe, _ parts: String...) {
      let error = #expect(throws: TrainerError.self) {
        try trainer(recipe).train(
          .init(.small(distilled: true), seed: 1, teachers: Teachers(.logits(logits)), terms: terms)
        ) { _ in true }
      }
      let text = error?.description ?? ""
      #expect(parts.allSatisfy(text.contains), "\(text)")
    }
    let teacher = ModelWeights.lively(.small(), seed: 5)
    let short = images.subset(Array(0..<40))
    expectError(logits(of: teacher, on: short), recipe(), "40 images", "has 95", "split with seed 7")
    // The labels are the same in this order, the images are not.
    #expect(shuffled.labels == images.labels && shuffled.digest != images.digest)
    expectError(logits(of: teacher, on: shuffled), recipe(), "other images", images.digest.prefix(12).description)
    expectError(logits(of: teacher), recipe(mixup: 0.8), "augmentation.mixup: 0", "teacher's weights")
    var nine = Architecture.small()
    nine.classCount = 9
    expectError(logits(of: ModelWeights(nine, seed: 1)), recipe(), "teacher's number of classes is 9", "has 5")
  }

  @Test func `A teacher that the loss needs but nobody gave is asked for`() {
    let error = #expect(throws: TrainerError.self) {
      try train(Teachers(hard: Teacher(ModelWeights(.small(), seed: 1))), terms)
    }
    #expect(error?.description.contains("no teacher") == true)
  }

  @Test func `Files of logits that are broken are refused with the tensor or entry that is wrong`() throws {
    let good: [String: String] = ["schema": "nvit.teacher-logits/1", "images": "2", "images_sha256": "00"]
    func expectError(
      _ parts: String..., metadata: [String: String]? = nil,
      tensors: [(name: String, shape: [Int], values: [Float])] = [("logits", [2, 2], [1, 2, 3, 4])]
    ) throws {
      let path = folder("bad.safetensors")
      try SafeTensorsFile.write(
        tensors: tensors.map { SafeTensorsFile.NewTensor($0.name, shape: $0.shape, values: $0.values) },
        metadata: metadata ?? good, to: path)
      let error = #expect(throws: FileError.self) { try Teacher(contentsOf: path) }
      let text = error?.description ?? ""
      #expect(text.contains(path) && parts.allSatisfy(text.contains), "\(text)")
    }
    try expectError("\"schema\" is absent", "nvit.teacher-logits/1", metadata: [:])
    try expectError("nvit.teacher-logits/2", metadata: good.merging(["schema": "nvit.teacher-logits/2"]) { $1 })
    try expectError("\"images_sha256\" is missing", metadata: good.filter { $0.key != "images_sha256" })
    try expectError("\"images\" is \"3\"", "2 images", metadata: good.merging(["images": "3"]) { $1 })
    try expectError("shape [4]", "[images, classes]", tensors: [("logits", [4], [1, 2, 3, 4])])
    try expectError("\"logits\" is missing", tensors: [])
    try expectError("nan", "image 1, class 0", tensors: [("logits", [2, 2], [1, 2, .nan, 4])])
    try expectError(
      "\"logits_distillation\" has shape [1, 2]",
      tensors: [("logits", [2, 2], [1, 2, 3, 4]), ("logits_distillation", [1, 2], [1, 2])])
    try expectError(
      "\"more\" is unknown", tensors: [("logits", [2, 2], [1, 2, 3, 4]), ("more", [1], [1])])
  }
}
