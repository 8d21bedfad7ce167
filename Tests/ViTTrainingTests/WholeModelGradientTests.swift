import Testing
import TrainingTestSupport
import ViTArchitecture
import ViTKernels
import ViTNumerics
import ViTTraining

@Suite struct `Gradients of the whole model` {
  struct Case: CustomTestStringConvertible {
    let testDescription: String
    let distilled: Bool
    let dropPath: Double
    let terms: LossTerms
  }

  static let cases: [Case] = [
    Case(
      testDescription: "plain, soft targets", distilled: false, dropPath: 0,
      terms: LossTerms(classHead: .init(targets: 1))),
    Case(
      testDescription: "plain, soft distillation, stochastic depth", distilled: false, dropPath: 0.6,
      terms: LossTerms(classHead: .init(targets: 0.6, teacherDistribution: 0.4), temperature: 2)),
    Case(
      testDescription: "distilled, hard distillation", distilled: true, dropPath: 0,
      terms: LossTerms(classHead: .init(targets: 0.5), distillationHead: .init(teacherClass: 0.5))),
    Case(
      testDescription: "distilled, full model, stochastic depth", distilled: true, dropPath: 0.5,
      terms: .fullModel(temperature: 3)),
    Case(
      testDescription: "distilled, unused distillation head", distilled: true, dropPath: 0,
      terms: LossTerms(classHead: .init(targets: 1))),
    Case(
      testDescription: "distilled, unused class head, stochastic depth", distilled: true, dropPath: 0.5,
      terms: LossTerms(classHead: .init(), distillationHead: .init(targets: 1))),
  ]

  private func engine(_ weights: ModelWeights, _ testCase: Case, batch: Int) -> TrainingEngine {
    TrainingEngine(
      weights: weights, batchSize: batch, terms: testCase.terms, threads: 2,
      options: .init(dropPath: testCase.dropPath, seed: 5))
  }

  /// In one direction of each tensor's space, random and as long as the tensor has elements.
  @Test(arguments: cases)
  func `Every tensor's gradient equals central differences of the reference model`(testCase: Case) throws {
    let architecture = Architecture.small(distilled: testCase.distilled)
    let weights = ModelWeights.lively(architecture, seed: 3)
    let batch = TrainingEngine.Batch.random(architecture, count: 5)
    let engine = engine(weights, testCase, batch: batch.count)
    let loss = engine.computeGradient(batch).loss
    let factors = engine.branchFactors
    var model = ReferenceModel(weights)
    let expectedLoss = model.loss(batch, testCase.terms, branchFactors: factors)
    // Float32 through three blocks: some hundred roundoffs of 6e-8.
    #expect(abs(loss / expectedLoss - 1) < 1e-5)

    var random = CounterRandom(seed: 1, purpose: "directions")
    for entry in weights.table.entries {
      let gradient = try #require(engine.gradientValues(of: entry.name)).map(Double.init)
      let original = try #require(model.tensors.matrices[entry.name])
      let direction = original.map { _ in random.gaussian() }
      func loss(_ step: Double) -> Double {
        model.tensors.matrices[entry.name] = original.combined(with: direction) { $0 + step * $1 }
        return model.loss(batch, testCase.terms, branchFactors: factors)
      }
      let step = 1e-5
      let expected = (loss(step) - loss(-step)) / (2 * step)
      model.tensors.matrices[entry.name] = original
      let found = zip(gradient, direction.values).reduce(0) { $0 + $1.0 * $1.1 }
      let size = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let length = direction.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      // Some hundred roundoffs of 6e-8 of both vectors' lengths; differences in double precision add some 1e-10.
      #expect(abs(found - expected) <= 1e-5 * size * length + 1e-8, "\(entry.name): \(found), \(expected)")
      let isUnused =
        entry.name.hasPrefix("head_dist.") && !testCase.terms.distillationHead.isUsed
        || entry.name.hasPrefix("head.") && !testCase.terms.classHead.isUsed
      #expect((size == 0) == isUnused, "\(entry.name)")
    }
  }

  /// The engine's own loss along directions that mix all tensors.
  @Test(arguments: cases)
  func `The directional derivative equals differences of the engine's own loss`(testCase: Case) throws {
    let architecture = Architecture.small(distilled: testCase.distilled)
    let weights = ModelWeights.lively(architecture, seed: 4)
    let batch = TrainingEngine.Batch.random(architecture, count: 6)
    let engine = engine(weights, testCase, batch: batch.count)
    _ = engine.computeGradient(batch)
    let start = weights.allValues
    let gradients = try weights.table.entries.map { try #require(engine.gradientValues(of: $0.name)) }
    for trial in 0..<4 {
      var random = CounterRandom(seed: 2, purpose: "directions", stream: UInt64(trial))
      let directions = gradients.map { $0.map { Double($0) * 2 * random.uniform() } }
      var expected = 0.0
      for (gradient, direction) in zip(gradients, directions) {
        for (g, d) in zip(gradient, direction) { expected += Double(g) * d }
      }
      func loss(_ step: Double) -> Double {
        for (entry, (values, direction)) in zip(weights.table.entries, zip(start, directions)) {
          weights.setValues(of: entry.name, to: zip(values, direction).map { Float(Double($0) + step * $1) })
        }
        return engine.computeGradient(batch).loss
      }
      // A step that changes the loss by 0.02 in all. The loss is known to about 1e-6 (see above), which is 1e-4 of
      // that change; Richardson's extrapolation leaves an error of the step's fourth power, and 5/3 of the noise.
      let step = 0.01 / expected
      let whole = (loss(step) - loss(-step)) / (2 * step)
      let half = (loss(step / 2) - loss(-step / 2)) / step
      let found = (4 * half - whole) / 3
      #expect(abs(found / expected - 1) < 1e-3, "direction \(trial): \(found), \(expected)")
    }
    for (entry, values) in zip(weights.table.entries, start) { weights.setValues(of: entry.name, to: values) }
  }

  @Test func `Stochastic depth drops later branches more often and rescales the others`() {
    let architecture = Architecture.small()
    let seeds = 200
    let weights = ModelWeights(architecture, seed: 1)
    let batch = TrainingEngine.Batch.random(architecture, count: 1)
    var kept = [Int](repeating: 0, count: architecture.depth)
    for seed in 0..<seeds {
      let engine = TrainingEngine(
        weights: weights, batchSize: 1, terms: LossTerms(classHead: .init(targets: 1)), threads: 1,
        options: .init(
          dropPath: 0.4,
          seed: UInt64(seed)))
      _ = engine.computeGradient(batch)
      let factors = engine.branchFactors
      for block in 0..<architecture.depth {
        // Drop probability 0, 0.2, 0.4: linear in depth, as in timm.
        let keep = Float(1 / (1 - 0.2 * Double(block)))
        for factor in factors[2 * block..<2 * block + 2] {
          #expect(factor == 0 || factor == keep)
          if factor != 0 { kept[block] += 1 }
        }
      }
    }
    let draws = 2 * seeds
    #expect(kept[0] == draws)
    for block in 1..<architecture.depth {
      let probability = 1 - 0.2 * Double(block)
      // Four standard deviations of the binomial distribution.
      let deviation = (Double(draws) * probability * (1 - probability)).squareRoot()
      #expect(abs(Double(kept[block]) - Double(draws) * probability) < 4 * deviation)
    }
  }
}
