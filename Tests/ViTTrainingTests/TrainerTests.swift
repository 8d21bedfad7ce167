import TestSupport
import Testing
import TrainingTestSupport
import ViTArchitecture
import ViTData
import ViTKernels
import ViTTraining

@Suite struct TrainerTests {
  private let images = ImageSet.striped(count: 256)

  private var architecture: Architecture {
    Architecture(
      imageSize: 8, channels: 1, patchSize: 4, classCount: 4, embedding: 16,
      blocks: Array(repeating: .init(heads: 2, queryKey: 8, value: 8, mlpHidden: 32), count: 2))
  }

  private var recipe: TrainingRecipe {
    var recipe = TrainingRecipe()
    recipe.epochs = 30
    recipe.batchSize = 32
    recipe.learningRate = 5e-3
    recipe.warmupEpochs = 1
    return recipe
  }

  private func trainer(_ recipe: TrainingRecipe, threads: Int = 2) -> Trainer {
    Trainer(recipe: recipe, images: images, normalization: Normalization(of: images), threads: threads)
  }

  @Test func `A model learns images that are easy to tell apart`() throws {
    var steps: [Int] = []
    let result = try trainer(recipe).train(.init(architecture, seed: 1)) {
      steps.append($0.step)
      return $0.totalSteps == 240
    }
    #expect(steps == Array(1...240))
    #expect(result.divergedAtStep == nil && result.samplesSeen == 240 * 32)
    let before = Evaluation(
      of: ModelWeights(architecture, seed: 1), on: images, normalization: Normalization(of: images), threads: 2)
    let after = Evaluation(of: result.weights, on: images, normalization: Normalization(of: images), threads: 2)
    #expect(after.imageCount == 256)
    #expect(after.accuracy > 0.95)
    #expect(before.accuracy < 0.6 && after.loss < before.loss)
  }

  @Test func `A training in parts, through files, gives the same weights as one that goes through`() throws {
    var short = recipe
    short.epochs = 3
    short.dropPath = 0.2
    short.emaDecay = 0.9
    short.gradientClip = 1
    let whole = try trainer(short).train(.init(architecture, seed: 1)) { _ in true }
    let folder = TemporaryFolder()
    let path = folder("state.safetensors")
    var start = Trainer.Start.fresh
    var steps: [Int] = []
    var last: Trainer.Result?
    for share in [0.25, 0.5, 1] {
      let part = try trainer(short).train(
        .init(architecture, seed: 1), .init(from: start, through: share, keepsState: true)
      ) {
        steps.append($0.step)
        return true
      }
      let state = try #require(part.state)
      try state.write(to: path)
      start = .state(try TrainingState(contentsOf: path))
      last = part
    }
    #expect(steps == Array(1...24))
    #expect(last?.weights.bitPatterns == whole.weights.bitPatterns)
    #expect(last?.samplesSeen == whole.samplesSeen)
    #expect(throws: TrainerError.self) {
      try trainer(short).train(.init(architecture, seed: 1), .init(from: start, through: 0.5)) { _ in true }
    }
  }

  @Test func `The same seed gives the same weights, whatever the threads, and another seed others`() throws {
    var short = recipe
    short.epochs = 1
    short.batchSize = 128
    short.dropPath = 0.2
    short.emaDecay = 0.9
    short.augmentation.mixup = 0.8
    short.augmentation.randomErasing = 0.5
    func weights(seed: UInt64, threads: Int) throws -> [[UInt32]] {
      try trainer(short, threads: threads).train(.init(architecture, seed: seed)) { _ in true }.weights.bitPatterns
    }
    let expected = try weights(seed: 1, threads: 1)
    #expect(try weights(seed: 1, threads: 2) == expected)
    #expect(try weights(seed: 2, threads: 1) != expected)
  }

  @Test func `A loss that is not finite ends the training and is reported with its step`() throws {
    var absurd = recipe
    absurd.learningRate = 1e30
    absurd.warmupEpochs = 0
    var last = 0
    let result = try trainer(absurd).train(.init(architecture, seed: 1)) {
      last = $0.step
      return true
    }
    let step = try #require(result.divergedAtStep)
    // The first step's gradient is that of the initial weights, which is finite.
    #expect(step > 1 && step == last + 1)
    #expect(result.samplesSeen == step * 32)
  }

  @Test(arguments: [Float.nan, .infinity])
  func `A step whose loss is not finite leaves weights, moments and average as they were`(value: Float) {
    let architecture = Architecture.small()
    let weights = ModelWeights.lively(architecture, seed: 1)
    let batch = TrainingEngine.Batch.random(architecture, count: 4)
    let engine = TrainingEngine(
      weights: weights, batchSize: 4, terms: LossTerms(classHead: .init(targets: 1)), threads: 1,
      options: .init(emaDecay: 0.5))
    let update = TrainingEngine.Update(learningRate: 1e-2)
    #expect(engine.step(batch, update).isFinite)
    let (kept, average) = (weights.bitPatterns, engine.averagedWeights().bitPatterns)
    let pixel = batch.images[7]
    batch.images[7] = value
    let result = engine.step(batch, update)
    #expect(!result.isFinite && engine.stepCount == 1)
    #expect(weights.bitPatterns == kept && engine.averagedWeights().bitPatterns == average)

    // Going on equals never having met the bad batch.
    batch.images[7] = pixel
    let other = ModelWeights.lively(architecture, seed: 1)
    let undisturbed = TrainingEngine(
      weights: other, batchSize: 4, terms: LossTerms(classHead: .init(targets: 1)), threads: 1,
      options: .init(emaDecay: 0.5))
    for _ in 0..<2 { _ = undisturbed.step(batch, update) }
    _ = engine.step(batch, update)
    #expect(weights.bitPatterns == other.bitPatterns)
  }

  @Test func `Clipping limits the gradient's norm, not its direction`() {
    // SGD-like: with beta1 = beta2 = 0 and a large epsilon the update is proportional to the gradient.
    func change(clip: Double?) -> (change: Double, norm: Double) {
      let architecture = Architecture.small()
      let weights = ModelWeights.lively(architecture, seed: 1)
      let before = weights.allValues.flatMap { $0 }
      let batch = TrainingEngine.Batch.random(architecture, count: 4)
      let engine = TrainingEngine(
        weights: weights, batchSize: 4, terms: LossTerms(classHead: .init(targets: 1)), threads: 1)
      var update = TrainingEngine.Update(learningRate: 1e3)
      update.beta1 = 0
      update.beta2 = 0
      update.epsilon = 1e5
      update.gradientClip = clip
      let norm = engine.step(batch, update).gradientNorm
      var squares = 0.0
      for (value, old) in zip(weights.allValues.flatMap { $0 }, before) {
        let difference = Double(value) - Double(old)
        squares += difference * difference
      }
      return (squares.squareRoot(), norm)
    }
    let (free, norm) = change(clip: nil)
    // Differences of weights near 1 are known to 6e-8 each, against changes of about 1e-3.
    #expect(abs(free / (norm * 1e-2) - 1) < 1e-3)
    #expect(abs(change(clip: norm / 4).change / free - 0.25) < 1e-3)
    #expect(change(clip: norm * 2).change == free)
  }

  @Test func `Architectures that do not fit the data are refused with both numbers`() {
    func expectError(_ parts: String..., change: (inout Architecture) -> Void) {
      var changed = architecture
      change(&changed)
      let error = #expect(throws: TrainerError.self) {
        try trainer(recipe).train(.init(changed, seed: 1)) { _ in true }
      }
      let text = error?.description ?? ""
      #expect(parts.allSatisfy(text.contains), "\(text)")
    }
    expectError("image size is 16", "has 8") { $0.imageSize = 16 }
    expectError("channels is 3", "has 1") { $0.channels = 3 }
    expectError("classes is 10", "has 4") { $0.classCount = 10 }
    #expect(throws: ArchitectureError.self) {
      var empty = architecture
      empty.blocks = []
      _ = try trainer(recipe).train(.init(empty, seed: 1)) { _ in true }
    }
  }

  @Test func `A teacher that is missing or does not fit is refused`() {
    var distilling = recipe
    distilling.distillation = .init(teacher: "teacher.safetensors")
    let missing = #expect(throws: TrainerError.self) {
      try trainer(distilling).train(.init(architecture, seed: 1)) { _ in true }
    }
    #expect(missing?.description.contains("no teacher") == true)
    var other = architecture
    other.classCount = 7
    let wrong = #expect(throws: TrainerError.self) {
      try trainer(distilling).train(
        .init(architecture, seed: 1, teachers: Teachers(Teacher(ModelWeights(other, seed: 1))))
      ) { _ in true }
    }
    #expect(wrong?.description.contains("teacher's number of classes is 7") == true)
  }

  @Test func `Stopping throws CancellationError`() {
    #expect(throws: CancellationError.self) { try trainer(recipe).train(.init(architecture, seed: 1)) { $0.step < 3 } }
  }
}
