import Testing
import TrainingTestSupport
import ViTArchitecture
import ViTTraining

@Suite struct WeightMaskTests {
  private let architecture = Architecture.small(distilled: true)

  /// Every third weight of every tensor is out.
  private var mask: WeightMask {
    var mask = WeightMask(architecture)
    for entry in ParameterTable(architecture).entries {
      for index in stride(from: entry.offset, to: entry.offset + entry.count, by: 3) { mask.drop(index) }
    }
    return mask
  }

  private func isOut(_ index: Int) -> Bool { index % 3 == 0 }

  private func train(
    _ mask: WeightMask?, threads: Int = 2, steps: Int = 4, from state: TrainingState? = nil, clip: Double? = 0.5
  ) -> TrainingEngine {
    let batch = TrainingEngine.Batch.random(architecture, count: 96)
    let engine = TrainingEngine(
      resuming: state ?? TrainingState(startingFrom: .lively(architecture, seed: 2)), batchSize: 96,
      terms: .fullModel(temperature: 2), threads: threads,
      options: .init(dropPath: 0.2, emaDecay: 0.9, seed: 3, mask: mask))
    var update = TrainingEngine.Update(learningRate: 1e-2)
    update.weightDecay = 0.05
    update.gradientClip = clip
    for _ in 0..<steps { #expect(engine.step(batch, update).isFinite) }
    return engine
  }

  @Test func `Masked weights, moments and averages are zero bit for bit, the others learn`() {
    let state = train(mask).state
    for part in [state.weights, state.moment1, state.moment2, state.average?.values ?? state.weights] {
      for (entry, values) in zip(part.table.entries, part.allValues) {
        for (index, value) in values.enumerated() where isOut(index) {
          #expect(value.bitPattern == 0, "\(entry.name)[\(index)]")
        }
      }
    }
    let start = ModelWeights.lively(architecture, seed: 2)
    for (old, new) in zip(start.allValues, state.weights.allValues) {
      #expect(zip(old, new).enumerated().contains { !isOut($0) && $1.0 != $1.1 })
    }
  }

  @Test func `A mask that keeps everything changes nothing`() {
    // Without clipping: the norm that it goes by is added up in another order under a mask.
    let (free, masked) = (train(nil, clip: nil), train(WeightMask(architecture), clip: nil))
    #expect(masked.weights.bitPatterns == free.weights.bitPatterns)
    #expect(masked.averagedWeights().bitPatterns == free.averagedWeights().bitPatterns)
  }

  @Test(arguments: [1, 2, 4])
  func `Masked training gives the same weights with any number of threads, and in parts`(threads: Int) {
    let expected = train(mask, threads: 1)
    #expect(train(mask, threads: threads).weights.bitPatterns == expected.weights.bitPatterns)
    let half = train(mask, threads: threads, steps: 2)
    let rest = train(mask, threads: threads, steps: 2, from: half.state)
    #expect(rest.averagedWeights().bitPatterns == expected.averagedWeights().bitPatterns)
  }

  @Test func `The gradient's norm is that of the weights that take part`() throws {
    let batch = TrainingEngine.Batch.random(architecture, count: 8)
    let weights = mask.applied(to: .lively(architecture, seed: 2))
    func engine(_ mask: WeightMask?) -> TrainingEngine {
      TrainingEngine(
        weights: weights, batchSize: 8, terms: .fullModel(temperature: 2), threads: 1, options: .init(mask: mask))
    }
    let free = engine(nil)
    _ = free.computeGradient(batch)
    var squares = 0.0
    for entry in weights.table.entries {
      for (index, value) in try #require(free.gradientValues(of: entry.name)).enumerated() where !isOut(index) {
        squares += Double(value) * Double(value)
      }
    }
    // Sums of equal float32 numbers in double precision, in another order.
    #expect(abs(engine(mask).computeGradient(batch).norm / squares.squareRoot() - 1) < 1e-12)
  }

  @Test func `Masks count what they drop, once`() {
    var mask = WeightMask(architecture)
    mask.drop(0)
    mask.drop(0)
    mask.drop(2)
    #expect(mask.droppedCount == 2)
  }
}
