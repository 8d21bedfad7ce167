package import ViTArchitecture
internal import ViTKernels
internal import ViTNumerics
package import ViTTraining

/// A model and a batch in memory, whose training steps or forward passes are timed in groups.
package final class TimedModel {
  package enum Mode: String, CaseIterable, Sendable, Encodable { case training, inference }

  package let architecture: Architecture
  package let batchSize: Int
  package let mode: Mode
  /// Mean cross entropy: before the last training step's update, or of the last forward pass.
  package private(set) var loss = Double.nan

  private let engine: TrainingEngine?
  private let model: InferenceModel?
  private let update: TrainingEngine.Update
  private let batch: TrainingEngine.Batch
  private let logits: FloatBuffer

  /// - Parameters:
  ///   - weights: Changed by training steps.
  ///   - threads: At least 1.
  ///   - learningRate: Small, as a rule: the same batch comes again and again, and gradients that vanish would be
  ///     denormal numbers, which some CPUs multiply slowly.
  package init(weights: ModelWeights, batchSize: Int, threads: Int, mode: Mode, learningRate: Double = 1e-5) {
    architecture = weights.architecture
    self.batchSize = batchSize
    self.mode = mode
    switch mode {
    case .training:
      engine = TrainingEngine(
        weights: weights, batchSize: batchSize, terms: LossTerms(classHead: .init(targets: 1)), threads: threads)
      model = nil
    case .inference:
      engine = nil
      model = InferenceModel(weights: weights, batchSize: batchSize, threads: threads)
    }
    var update = TrainingEngine.Update(learningRate: learningRate)
    update.weightDecay = 0.05
    self.update = update
    let classes = architecture.classCount
    batch = TrainingEngine.Batch(of: architecture, count: batchSize)
    logits = FloatBuffer(count: batchSize * classes)
    var random = CounterRandom(seed: 0, purpose: "benchmark batch")
    batch.images.vector.withMutableSpan { images in
      for index in images.indices { images[index] = Float(2 * random.uniform() - 1) }
    }
    for row in 0..<batchSize { batch.targets[row * classes + row % classes] = 1 }
  }

  /// Floats of `images` and of `targets`.
  package var batchCounts: (images: Int, targets: Int) { (batch.images.count, batch.targets.count) }

  /// Replaces the random batch.
  ///
  /// - Parameters:
  ///   - images: (B, channels, size, size), normalised.
  ///   - targets: (B, classes), rows summing to one.
  package func setBatch(images: [Float], targets: [Float]) {
    batch.images.copy(from: images)
    batch.targets.copy(from: targets)
  }

  /// Runs `count` training steps or forward passes and returns the seconds that they took.
  package func run(_ count: Int) -> Double {
    let seconds = Contestant.seconds {
      if let engine {
        for _ in 0..<count { loss = engine.step(batch, update).loss }
      } else if let model {
        for _ in 0..<count { model.logits(of: batch.images, count: batchSize, into: logits) }
      }
    }
    if model != nil { loss = crossEntropy() }
    return seconds
  }

  private func crossEntropy() -> Double {
    let classes = architecture.classCount
    var total = 0.0
    for row in 0..<batchSize {
      let z = logits[row * classes..<(row + 1) * classes]
      let norm = z.withSpan { LogitLoss.logNormalizer($0) }
      for j in 0..<classes where batch.targets[row * classes + j] != 0 {
        total += Double(batch.targets[row * classes + j]) * (norm - Double(z[j]))
      }
    }
    return total / Double(batchSize)
  }
}
