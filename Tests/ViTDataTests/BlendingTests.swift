import Testing
import ViTArchitecture
import ViTData

/// Images are flat, so that a pixel tells the images it comes from.
@Suite struct `Blending of images` {
  private let size = 12
  private let rows = 5

  /// Five images of the values 50, 100, ... 250.
  private func assembler(
    _ change: (inout TrainingRecipe.Augmentation) -> Void
  ) -> (blended: BatchAssembler, plain: BatchAssembler) {
    let flat = ImageSet(
      imageSize: size, channels: 1, classCount: rows,
      pixels: (1...rows).flatMap { [UInt8](repeating: UInt8($0 * 50), count: size * size) },
      labels: (0..<rows).map { UInt8($0) })
    return (BatchAssembler(flat, batchSize: rows, change), BatchAssembler(flat, batchSize: rows))
  }

  /// A blended value differs from the exact one by the rounding of two products and a sum.
  @Test func `Mixup weighs pixels and labels of mirrored rows alike, with one weight for the batch`() {
    let (blended, plain) = assembler { $0.mixup = 0.8 }
    var shares: Set<Float> = []
    for step in 0..<30 {
      let (batch, parts) = (blended.batch(step: step), plain.batch(step: step))
      let label = parts.targets[0].firstIndex(of: 1) ?? 0
      let share = batch.targets[0][label]
      shares.insert(share)
      for row in 0..<rows {
        for (values, own, partner) in [
          (batch.images[row], parts.images[row], parts.images[rows - 1 - row]),
          (batch.targets[row], parts.targets[row], parts.targets[rows - 1 - row]),
        ] {
          for index in values.indices {
            let expected = share * own[index] + (1 - share) * partner[index]
            #expect(abs(values[index] - expected) <= 4 * Float.ulpOfOne)
          }
        }
      }
    }
    #expect(shares.count == 30 && shares.allSatisfy { $0 > 0 && $0 < 1 })
  }

  @Test func `CutMix replaces one box, and the labels weigh the areas as they are`() {
    let (blended, plain) = assembler { $0.cutmix = 1 }
    var areas: Set<Int> = []
    for step in 0..<60 {
      let (batch, parts) = (blended.batch(step: step), plain.batch(step: step))
      var boxes: Set<[Int]> = []
      for row in 0..<rows where row != rows / 2 {
        let (own, partner) = (parts.images[row][0], parts.images[rows - 1 - row][0])
        let image = batch.images[row]
        #expect(image.allSatisfy { $0 == own || $0 == partner })
        let box = image.indices.filter { image[$0] == partner }
        boxes.insert(box)
        let (boxRows, boxColumns) = (Set(box.map { $0 / size }), Set(box.map { $0 % size }))
        #expect(box.count == boxRows.count * boxColumns.count)
        let isClipped = [boxRows, boxColumns].contains { $0.contains(0) || $0.contains(size - 1) }
        if !isClipped { #expect(boxRows.count == boxColumns.count && boxRows.count.isMultiple(of: 2)) }
        let share = Float(1 - Double(box.count) / Double(size * size))
        let label = parts.targets[row].firstIndex(of: 1) ?? 0
        let partnerLabel = parts.targets[rows - 1 - row].firstIndex(of: 1) ?? 0
        #expect(batch.targets[row][label] == share)
        #expect(abs(batch.targets[row][partnerLabel] - (1 - share)) <= Float.ulpOfOne)
      }
      #expect(boxes.count == 1, "the box is the batch's, not the image's")
      areas.insert(boxes.first?.count ?? 0)
    }
    #expect(areas.count > 10)
  }

  /// With alpha 1 the share u = 1 - lambda is uniform. A box has the side sqrt(u) of the image's (Yun et al. 2019,
  /// equation 2), cut to whole pixels and halved to whole pixels on both sides of a centre that is any pixel, and ends at
  /// the borders (timm's `rand_bbox`). A half of h pixels therefore has the probability that sqrt(u) size lies between 2h
  /// and 2h + 2; its area is the square of a length whose mean is taken over the centres.
  @Test func `CutMix's boxes have the side that the paper gives them`() {
    let (blended, plain) = assembler { $0.cutmix = 1 }
    var (mean, square) = (0.0, 0.0)
    for half in 0...size / 2 {
      let bounds = [2 * half, 2 * half + 2].map { min(Double($0) / Double(size), 1) }
      let probability = bounds[1] * bounds[1] - bounds[0] * bounds[0]
      let lengths = (0..<size).map { Double((max($0 - half, 0)..<min($0 + half, size)).count) / Double(size) }
      let length = lengths.reduce(0, +) / Double(size)
      let squaredLength = lengths.reduce(0) { $0 + $1 * $1 } / Double(size)
      mean += probability * length * length
      square += probability * squaredLength * squaredLength
    }
    let draws = 1000
    let areas = (0..<draws).map { (step: Int) -> Double in
      let label = plain.batch(step: step).targets[0].firstIndex(of: 1) ?? 0
      return 1 - Double(blended.batch(step: step).targets[0][label])
    }
    // Within five standard errors, 0.027; boxes of the side u would be smaller by 0.087.
    let standardError = ((square - mean * mean) / Double(draws)).squareRoot()
    #expect(abs(areas.reduce(0, +) / Double(draws) - mean) < 5 * standardError)
  }

  /// 300 draws: within five standard deviations, 5 * sqrt(300 / 4) = 43, of 150.
  @Test func `With both on, each batch takes one of the two with equal chances`() {
    let (blended, plain) = assembler {
      $0.mixup = 1
      $0.cutmix = 1
    }
    let cutmix = (0..<300).count { step in
      let values = Set(plain.batch(step: step).images.flatMap(\.self))
      return Set(blended.batch(step: step).images.flatMap(\.self)).isSubset(of: values)
    }
    #expect(abs(cutmix - 150) < 43)
  }

  /// With alpha 1 the weight is uniform: mean 1/2 and variance 1/12, within five standard errors of 500 draws.
  @Test func `Mixup's weight follows its distribution`() {
    let (blended, plain) = assembler { $0.mixup = 1 }
    let shares = (0..<500).map { (step: Int) -> Double in
      let label = plain.batch(step: step).targets[0].firstIndex(of: 1) ?? 0
      return Double(blended.batch(step: step).targets[0][label])
    }
    let mean = shares.reduce(0, +) / 500
    let standardError = (1.0 / 12 / 500).squareRoot()
    #expect(abs(mean - 0.5) < 5 * standardError)
  }

  @Test func `What is erased of an image is absent from the blend`() {
    let (blended, plain) = assembler {
      $0.mixup = 1
      $0.randomErasing = 1
    }
    let (batch, parts) = (blended.batch(step: 0), plain.batch(step: 0))
    let share = batch.targets[0][parts.targets[0].firstIndex(of: 1) ?? 0]
    let (own, partner) = (share * parts.images[0][0], (1 - share) * parts.images[rows - 1][0])
    // Each pixel is the sum of what is left of the two images.
    let kinds = batch.images[0].map { value in
      [0, own, partner, own + partner].firstIndex { abs($0 - value) <= 4 * Float.ulpOfOne }
    }
    #expect(!kinds.contains(nil))
    #expect(Set(kinds).isSuperset(of: [1, 2, 3]))
  }
}
