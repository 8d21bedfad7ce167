import Testing
import TrainingTestSupport
import ViTArchitecture
import ViTKernels
import ViTPruning
import ViTTraining

@Suite struct `Surgery` {
  /// The engine's logits of each image, those of two heads one after the other.
  private func logits(_ weights: ModelWeights, _ batch: TrainingEngine.Batch) -> [[Double]] {
    let classes = weights.architecture.classCount
    let model = InferenceModel(weights: weights, batchSize: batch.count, threads: 1)
    let first = FloatBuffer(count: batch.count * classes)
    let second = FloatBuffer(count: batch.count * classes)
    model.logits(of: batch.images, count: batch.count, into: first, distillationLogits: second)
    let heads = weights.architecture.hasDistillationToken ? [first.values, second.values] : [first.values]
    return (0..<batch.count).map { image in
      heads.flatMap { $0[image * classes..<(image + 1) * classes].map(Double.init) }
    }
  }

  private func check(_ dense: ModelWeights, _ kept: KeptUnits) {
    let architecture = dense.architecture
    let batch = TrainingEngine.Batch.random(architecture, count: 4)
    let small = dense.keeping(kept)
    #expect(small.architecture == architecture.keeping(kept))
    let masked = MaskedModel(dense, kept: kept)
    let pixels = architecture.channels * architecture.imageSize * architecture.imageSize
    for (image, found) in logits(small, batch).enumerated() {
      let expected = masked.logits(batch.images[image * pixels..<(image + 1) * pixels].values)
      let size = expected.map(abs).max() ?? 1
      // Float32 through three blocks: some hundred roundoffs of 6e-8 of the logits' size.
      for (x, y) in zip(found, expected) { #expect(abs(x - y) <= 1e-5 * max(1, size)) }
    }
  }

  @Test(arguments: UnitKind.allCases, [false, true])
  func `Units of one kind: the small model equals the masked one`(kind: UnitKind, distilled: Bool) {
    let architecture = Architecture.prunable(distilled: distilled)
    let kept = KeptUnits.random(of: architecture, seed: 3) { $0.kind == kind }
    #expect(kept != KeptUnits(allOf: architecture))
    check(.lively(architecture, seed: 1), kept)
  }

  @Test(arguments: 0..<6, [false, true])
  func `Units of all kinds: the small model equals the masked one`(seed: UInt64, distilled: Bool) {
    let architecture = Architecture.prunable(distilled: distilled)
    check(.lively(architecture, seed: seed), .random(of: architecture, seed: seed))
  }

  @Test func `Cutting twice is cutting once`() {
    let dense = ModelWeights.lively(.prunable(distilled: true), seed: 2)
    let first = KeptUnits.random(of: dense.architecture, seed: 1)
    let small = dense.keeping(first)
    let second = KeptUnits.random(of: small.architecture, seed: 2)
    #expect(small.keeping(second).bitPatterns == dense.keeping(first.keeping(second)).bitPatterns)
    #expect(first.keeping(second).fits(dense.architecture))
  }

  /// Every element of every part carries its own place in the dense arena, so that it can be told where it went.
  @Test func `Moments and moving average are cut as the weights are, and the count of updates stays`() {
    let architecture = Architecture.prunable()
    func numbered(_ shift: Float) -> ModelWeights {
      let weights = ModelWeights(zeroed: architecture)
      for entry in weights.table.entries {
        weights.setValues(of: entry.name, to: entry.range.map { Float($0) + shift })
      }
      return weights
    }
    let state = TrainingState(
      weights: numbered(0), moment1: numbered(0.25), moment2: numbered(0.5),
      average: .init(values: numbered(0.75), updates: 5), updates: 7)
    let small = state.keeping(.random(of: architecture, seed: 5))
    #expect(small.updates == 7 && small.average?.updates == 5)
    for (part, shift) in [(small.moment1, 0.25), (small.moment2, 0.5), (small.average?.values, 0.75)]
      as [(ModelWeights?, Float)]
    {
      for entry in small.weights.table.entries {
        #expect(part?.values(of: entry.name) == small.weights.values(of: entry.name)?.map { $0 + shift })
      }
    }
  }

  @Test func `Training goes on after surgery with the moments of what is left`() {
    let architecture = Architecture.prunable()
    let engine = TrainingEngine(
      weights: .lively(architecture, seed: 1), batchSize: 4, terms: LossTerms(classHead: .init(targets: 1)),
      threads: 1, options: .init(emaDecay: 0.9))
    let batch = TrainingEngine.Batch.random(architecture, count: 4)
    for _ in 0..<3 { _ = engine.step(batch, .init(learningRate: 1e-3)) }
    let small = engine.state.keeping(.random(of: architecture, seed: 1))
    let next = TrainingEngine(
      resuming: small, batchSize: 4, terms: LossTerms(classHead: .init(targets: 1)), threads: 1,
      options: .init(emaDecay: 0.9))
    #expect(next.step(batch, .init(learningRate: 1e-3)).isFinite)
    #expect(next.stepCount == 4)
  }

  @Test func `A scale that follows the query/key width is fixed without changing what the model computes`() {
    var architecture = Architecture.prunable()
    architecture.attentionScale = .inverseSquareRoot
    let dense = ModelWeights.lively(architecture, seed: 4)
    let fixed = dense.withFixedAttentionScale()
    #expect(fixed.architecture.attentionScale == .fixed(0.5))
    let batch = TrainingEngine.Batch.random(architecture, count: 4)
    for (x, y) in zip(logits(dense, batch).joined(), logits(fixed, batch).joined()) {
      // Another rounding of the scores, some 6e-8 of numbers below 100.
      #expect(abs(x - y) < 1e-4)
    }
    for block in architecture.blocks.indices { architecture.blocks[block].queryKey = 16 }
    let uniform = ModelWeights.lively(architecture, seed: 4)
    #expect(uniform.withFixedAttentionScale().bitPatterns == uniform.bitPatterns)
    #expect(uniform.withFixedAttentionScale().architecture.attentionScale == .fixed(0.25))
    #expect(dense.withFixedAttentionScale().withFixedAttentionScale().bitPatterns == fixed.bitPatterns)
  }
}
