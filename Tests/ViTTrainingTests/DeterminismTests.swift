import Testing
import TrainingTestSupport
import ViTArchitecture
import ViTKernels
import ViTTraining

@Suite struct `Bit for bit the same` {
  /// 10 tokens make shards of at least 26 images, so this many give eight shards.
  private static let batchSize = 8 * 26

  /// Weights, their average and the losses after five steps.
  private func train(threads: Int, distilled: Bool) -> (weights: [[UInt32]], average: [[UInt32]], losses: [UInt64]) {
    let architecture = Architecture.small(distilled: distilled)
    let weights = ModelWeights.lively(architecture, seed: 2)
    let engine = TrainingEngine(
      weights: weights, batchSize: Self.batchSize, terms: .fullModel(temperature: 2), threads: threads,
      options: .init(dropPath: 0.3, emaDecay: 0.9, seed: 9))
    #expect(engine.threadCount == threads)
    let batch = TrainingEngine.Batch.random(architecture, count: Self.batchSize)
    var update = TrainingEngine.Update(learningRate: 1e-2)
    update.weightDecay = 0.05
    update.gradientClip = 0.5
    let losses = (0..<5).map { _ in engine.step(batch, update).loss.bitPattern }
    return (weights.bitPatterns, engine.averagedWeights().bitPatterns, losses)
  }

  @Test(arguments: [false, true])
  func `Five steps with 1, 2, 4 and 8 threads, with stochastic depth and moving average`(distilled: Bool) {
    let alone = train(threads: 1, distilled: distilled)
    for threads in [1, 2, 4, 8] {
      let together = train(threads: threads, distilled: distilled)
      #expect(together.weights == alone.weights, "\(threads) threads")
      #expect(together.average == alone.average, "\(threads) threads")
      #expect(together.losses == alone.losses, "\(threads) threads")
    }
    #expect(alone.weights != alone.average)
    #expect(Set(alone.losses).count == 5)
  }

  private func logits(_ architecture: Architecture, threads: Int, batch: TrainingEngine.Batch, parts: [Range<Int>])
    -> [UInt32]
  {
    let model = InferenceModel(
      weights: .lively(architecture, seed: 6), batchSize: batch.count, threads: threads)
    let pixels = batch.images.count / batch.count
    let output = FloatBuffer(count: batch.count * batch.classes)
    output.fill(.nan)
    for part in parts {
      let images = FloatBuffer(batch.images[part.lowerBound * pixels..<part.upperBound * pixels].values)
      let logits = FloatBuffer(count: part.count * batch.classes)
      model.logits(of: images, count: part.count, into: logits)
      output[part.lowerBound * batch.classes..<part.upperBound * batch.classes].copy(from: logits.vector)
    }
    return output.values.map(\.bitPattern)
  }

  @Test(arguments: [false, true])
  func `Logits with any number of threads and any split of the images`(distilled: Bool) {
    let architecture = Architecture.small(distilled: distilled)
    let batch = TrainingEngine.Batch.random(architecture, count: 130)
    let expected = logits(architecture, threads: 1, batch: batch, parts: [0..<130])
    #expect(expected.allSatisfy { Float(bitPattern: $0).isFinite })
    for threads in [1, 2, 4] {
      // Each logit is one image's: its sums run over the same terms in the same order, wherever the image stands.
      for parts in [[0..<130], [0..<1, 1..<64, 64..<130], [0..<77, 77..<78, 78..<130]] {
        #expect(logits(architecture, threads: threads, batch: batch, parts: parts) == expected)
      }
    }
  }

  /// Batches of one to three shards, so that more threads than these share the rows of each image.
  @Test(arguments: [false, true], [1, 2, 3, 7, 53])
  func `Logits where threads share the images' rows`(distilled: Bool, count: Int) {
    let architecture = Architecture.small(distilled: distilled)
    let batch = TrainingEngine.Batch.random(architecture, count: count, seed: 4)
    let expected = logits(architecture, threads: 1, batch: batch, parts: [0..<count])
    for threads in [2, 3, 4, 8, 16] {
      let model = InferenceModel(
        weights: .lively(architecture, seed: 6), batchSize: count, threads: threads, worthwhile: 0)
      #expect(model.threadCount == min(threads, count * architecture.tokenCount))
      // Fewer images than the model has room for leave some threads without any.
      for part in [count, (count + 1) / 2] {
        let output = FloatBuffer(count: count * batch.classes)
        for _ in 0..<3 { model.logits(of: batch.images, count: part, into: output) }
        #expect(
          output.values.prefix(part * batch.classes).map(\.bitPattern)
            == expected.prefix(part * batch.classes).map { $0 })
      }
    }
  }

  @Test func `Threads share rows only where that is worth their while`() {
    let (small, tiny) = (Architecture.deitTiny(distilled: false), Architecture.small())
    func threads(_ architecture: Architecture, batch: Int, threads: Int) -> Int? {
      Sharding(architecture, batch: batch, parameterFloats: 0).togetherThreads(architecture, threads: threads)
    }
    #expect(threads(small, batch: 1, threads: 1) == nil)
    #expect(threads(small, batch: 1, threads: 2) == 2)
    #expect(threads(small, batch: 3, threads: 16) == 16)
    // Two shards of two images each are enough for two threads, not for three.
    #expect(threads(small, batch: 4, threads: 2) == nil)
    #expect(threads(small, batch: 4, threads: 3) == 3)
    #expect(threads(tiny, batch: 1, threads: 16) == nil)
  }

  @Test func `Another seed of stochastic depth gives other weights`() {
    let architecture = Architecture.small()
    let batch = TrainingEngine.Batch.random(architecture, count: 8)
    func loss(seed: UInt64) -> Double {
      let engine = TrainingEngine(
        weights: .lively(architecture, seed: 1), batchSize: 8, terms: LossTerms(classHead: .init(targets: 1)),
        threads: 1, options: .init(dropPath: 0.5, seed: seed))
      return engine.computeGradient(batch).loss
    }
    #expect(loss(seed: 1) == loss(seed: 1))
    #expect(loss(seed: 1) != loss(seed: 2))
  }

  @Test(arguments: [false, true])
  func `Shards cover the batch once, in order and evenly, whatever its size`(distilled: Bool) {
    for architecture in [Architecture.small(distilled: distilled), .deitTiny(distilled: distilled)] {
      for batch in Array(1...70) + [127, 128, 256, 1000, 1024] {
        let sharding = Sharding(
          architecture, batch: batch, parameterFloats: ParameterTable(architecture).floatCount)
        var next = 0
        for shard in 0..<sharding.count {
          let images = sharding.images(shard)
          #expect(images.lowerBound == next && !images.isEmpty && images.count <= sharding.capacity)
          #expect(images.count >= sharding.capacity - 1)
          next = images.upperBound
        }
        #expect(next == batch)
      }
    }
  }
}
