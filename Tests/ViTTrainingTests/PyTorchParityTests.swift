import Testing
import ViTArchitecture
import ViTFiles
import ViTKernels
import ViTTraining

/// Equality with PyTorch, from weights exchanged by safetensors. The tolerances are the ones that the engine promises:
/// 1e-4 relative for logits, loss and every gradient, 1e-3 after ten updates.
@Suite struct `PyTorch parity` {
  @Test(arguments: ["plain", "distilled"], [1, 2, 3])
  func `Logits equal PyTorch's`(name: String, threads: Int) throws {
    let fixture = try ParityFixture(name)
    let model = InferenceModel(weights: try fixture.weights(), batchSize: fixture.batchSize, threads: threads)
    let count = fixture.batchSize * fixture.architecture.classCount
    let logits = FloatBuffer(count: count)
    let second = FloatBuffer(count: count)
    let images = FloatBuffer(try fixture.file.floats("images"))
    model.logits(of: images, count: fixture.batchSize, into: logits, distillationLogits: second)
    #expect(ParityFixture.relativeError(logits.values, try fixture.file.floats("logits")) < 1e-4)
    if fixture.architecture.hasDistillationToken {
      #expect(ParityFixture.relativeError(second.values, try fixture.file.floats("logits_dist")) < 1e-4)
    }
  }

  @Test(arguments: ["plain", "distilled"], [2, 3, 5])
  func `Logits of one image, whose rows threads share, equal PyTorch's`(name: String, threads: Int) throws {
    let fixture = try ParityFixture(name)
    let model = InferenceModel(weights: try fixture.weights(), batchSize: 1, threads: threads, worthwhile: 0)
    #expect(model.threadCount == threads)
    let classes = fixture.architecture.classCount
    let all = try fixture.file.floats("images")
    let pixels = all.count / fixture.batchSize
    let expected = try fixture.file.floats("logits")
    for image in 0..<fixture.batchSize {
      let logits = FloatBuffer(count: classes)
      let second = FloatBuffer(count: classes)
      let images = FloatBuffer(Array(all[image * pixels..<(image + 1) * pixels]))
      model.logits(of: images, count: 1, into: logits, distillationLogits: second)
      let own = Array(expected[image * classes..<(image + 1) * classes])
      #expect(ParityFixture.relativeError(logits.values, own) < 1e-4)
    }
  }

  @Test(arguments: [
    ("plain", "soft_targets"), ("plain", "soft_distillation"), ("plain", "full_model_kl"),
    ("distilled", "hard_distillation"), ("distilled", "soft_distillation"), ("distilled", "full_model_kl"),
    ("plain", "two_teachers"), ("distilled", "two_teachers"),
  ])
  func `Loss and the gradient of every tensor equal PyTorch's`(name: String, lossCase: String) throws {
    let fixture = try ParityFixture(name)
    let weights = try fixture.weights()
    let engine = TrainingEngine(
      weights: weights, batchSize: fixture.batchSize, terms: fixture.terms(lossCase), threads: 2)
    let loss = try fixture.withBatch(lossCase) { engine.computeGradient($0).loss }
    let expected = try fixture.file.floats("loss/\(lossCase)")
    #expect(abs(loss / Double(expected[0]) - 1) < 1e-4)
    var largest = abs(loss / Double(expected[0]) - 1)
    for entry in weights.table.entries {
      let found = try #require(engine.gradientValues(of: entry.name))
      let error = ParityFixture.relativeError(found, try fixture.file.floats("gradient/\(lossCase)/\(entry.name)"))
      #expect(error < 1e-4, "\(entry.name): \(error)")
      largest = max(largest, error)
    }
    ParityFixture.report("\(name), \(lossCase): loss and gradients differ by at most", largest)
  }

  @Test(arguments: [("plain", "soft_targets"), ("distilled", "hard_distillation")])
  func `Ten AdamW steps with clipping, schedule and moving average equal PyTorch's`(
    name: String, lossCase: String
  ) throws {
    let fixture = try ParityFixture(name)
    let weights = try fixture.weights()
    let engine = TrainingEngine(
      weights: weights, batchSize: fixture.batchSize, terms: fixture.terms(lossCase), threads: 2,
      options: .init(emaDecay: 0.45))
    let schedule = LearningRateSchedule(peak: 2e-3, minimum: 1e-5, warmupSteps: 3, totalSteps: 10)
    let losses = try fixture.file.floats("trajectory_losses")
    try fixture.withBatch(lossCase) { batch in
      for step in 0..<10 {
        var update = TrainingEngine.Update(learningRate: schedule.rate(atStep: step))
        update.weightDecay = 0.05
        update.gradientClip = 1
        update.epsilon = 1e-5
        let result = engine.step(batch, update)
        #expect(abs(result.loss / Double(losses[step]) - 1) < 1e-3)
      }
    }
    let average = engine.averagedWeights()
    var largest = 0.0
    for entry in weights.table.entries {
      let found = try #require(weights.values(of: entry.name))
      let error = ParityFixture.relativeError(found, try fixture.file.floats("trajectory/\(entry.name)"))
      #expect(error < 1e-3, "\(entry.name): \(error)")
      let averaged = try #require(average.values(of: entry.name))
      let averageError = ParityFixture.relativeError(averaged, try fixture.file.floats("ema/\(entry.name)"))
      #expect(averageError < 1e-3, "average of \(entry.name): \(averageError)")
      largest = max(largest, error, averageError)
    }
    ParityFixture.report("\(name): weights and averages after ten updates differ by at most", largest)
  }
}
