import Testing
import ViTArchitecture
import ViTData

@Suite struct `Batches` {
  private func everything(_ augmentation: inout TrainingRecipe.Augmentation) {
    augmentation.cropPadding = 2
    augmentation.horizontalFlip = 0.5
    augmentation.mixup = 0.8
    augmentation.cutmix = 1
    augmentation.randomErasing = 0.5
  }

  /// The images of a step, recognised by their class.
  private func chosen(_ assembler: BatchAssembler, step: Int) -> [Int] {
    assembler.batch(step: step).targets.map { $0.firstIndex(of: 1) ?? -1 }
  }

  @Test func `An epoch shows each image at most once, in another order each time`() {
    let assembler = BatchAssembler(.flat(count: 22), batchSize: 4)
    #expect(assembler.stepsPerEpoch == 5)
    let epochs = (0..<3).map { epoch in (0..<5).flatMap { chosen(assembler, step: epoch * 5 + $0) } }
    for epoch in epochs { #expect(Set(epoch).count == 20 && Set(epoch).isSubset(of: 0..<22)) }
    #expect(Set(epochs).count == 3)
    let other = BatchAssembler(.flat(count: 22), batchSize: 4, seed: 6)
    #expect((0..<5).flatMap { chosen(other, step: $0) } != epochs[0])
  }

  /// Each of the 24 orders of four images has the expected count 1000/24, within five standard deviations.
  @Test func `All orders are equally likely`() {
    let assembler = BatchAssembler(.flat(count: 4, size: 1), batchSize: 4)
    let counts = (0..<1000).reduce(into: [[Int]: Int]()) { $0[chosen(assembler, step: $1), default: 0] += 1 }
    #expect(counts.count == 24)
    #expect(counts.values.allSatisfy { abs(Double($0) - 1000 / 24) < 5 * (1000.0 / 24).squareRoot() })
  }

  @Test func `A batch larger than the set goes around it`() {
    let assembler = BatchAssembler(.flat(count: 3), batchSize: 7)
    #expect(assembler.stepsPerEpoch == 1)
    let images = chosen(assembler, step: 0)
    #expect(Set(images[..<3]) == [0, 1, 2])
    #expect(Array(images[3...]) == Array(images[..<3] + images[..<1]))
  }

  @Test func `Without augmentation an image is itself, normalised by channel`() {
    let set = ImageSet.distinct(count: 1, size: 3, channels: 2)
    let normalization = Normalization(mean: [0.25, 0.5], standardDeviation: [0.5, 2])
    let assembler = BatchAssembler(
      images: set, normalization: normalization, augmentation: .init(), labelSmoothing: 0, batchSize: 1, seed: 1)
    let expected = set.pixels.enumerated().map { index, pixel in
      index < 9 ? (Float(pixel) / 255 - 0.25) / 0.5 : (Float(pixel) / 255 - 0.5) / 2
    }
    #expect(assembler.batch(step: 0).images == [expected])

    var evaluated = [Float](repeating: .nan, count: set.imageBytes)
    var span = evaluated.mutableSpan
    evaluationBatch(of: set, range: 0..<1, normalization: normalization, into: &span)
    #expect(evaluated == expected)
  }

  @Test func `Evaluation takes the images in their order`() {
    let set = ImageSet.flat(count: 5, size: 2)
    var values = [Float](repeating: .nan, count: 2 * set.imageBytes)
    var span = values.mutableSpan
    evaluationBatch(
      of: set, range: 2..<4, normalization: Normalization(mean: [0], standardDeviation: [1]), into: &span)
    #expect(values == [2, 2, 2, 2, 3, 3, 3, 3].map { Float($0) / 255 })
  }

  @Test func `A batch does not depend on how its rows are divided`() {
    let assembler = BatchAssembler(
      .distinct(count: 40, size: 9, channels: 3), batchSize: 11, labelSmoothing: 0.1, everything)
    for step in 0..<12 {
      let whole = assembler.batch(step: step)
      #expect(assembler.batch(step: step, parts: (0..<11).reversed().map { $0..<$0 + 1 }) == whole)
      #expect(assembler.batch(step: step, parts: [6..<11, 0..<0, 0..<6]) == whole)
    }
  }

  @Test func `A batch does not depend on the steps before it`() {
    let assembler = BatchAssembler(.distinct(count: 40, size: 9), batchSize: 11, everything)
    let cursor = BatchCursor(assembler)
    let steps = [0, 1, 2, 3, 9, 4, 0]
    let batches = steps.map { cursor.batch(step: $0, of: assembler) }
    #expect(batches == steps.map { assembler.batch(step: $0) })
    #expect(batches[0] == batches[6] && batches[0] != batches[1])
  }

  @Test func `Another seed gives another batch`() {
    let set = ImageSet.distinct(count: 1, size: 9)
    let batches = (0..<20).map { BatchAssembler(set, batchSize: 1, seed: $0) { $0.cropPadding = 4 }.batch(step: 0) }
    #expect(Set(batches.map(\.images)).count > 10)
  }

  /// Sums of ten floats near 0.1 are exact to ten roundings.
  @Test func `Each target sums to one`() {
    let assembler = BatchAssembler(.distinct(count: 40, size: 9), batchSize: 8, labelSmoothing: 0.1, everything)
    for step in 0..<20 {
      for target in assembler.batch(step: step).targets {
        #expect(abs(target.reduce(0, +) - 1) <= 10 * Float.ulpOfOne)
        #expect(target.allSatisfy { $0 >= 0.01 })
      }
    }
  }

  @Test func `Smoothing spreads its mass over all classes`() {
    let target = BatchAssembler(.flat(count: 1), batchSize: 1, labelSmoothing: 0.1).batch(step: 0).targets[0]
    #expect(abs(target[0] - 1) <= Float.ulpOfOne)
    let ten = BatchAssembler(.distinct(count: 1, size: 2), batchSize: 1, labelSmoothing: 0.5).batch(step: 0).targets[0]
    #expect(ten == [0.55] + Array(repeating: 0.05, count: 9))
  }
}
