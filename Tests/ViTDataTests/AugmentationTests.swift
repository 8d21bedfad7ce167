import Testing
import ViTArchitecture
import ViTData

@Suite struct `Augmentation of one image` {
  private let size = 6

  /// The image moved by an offset, with zeros from outside.
  private func crop(_ image: [Float], row: Int, column: Int) -> [Float] {
    (0..<size * size).map { index in
      let (y, x) = (index / size + row, index % size + column)
      return (0..<size).contains(y) && (0..<size).contains(x) ? image[y * size + x] : 0
    }
  }

  private func mirrored(_ image: [Float]) -> [Float] {
    (0..<size * size).map { image[$0 / size * size + size - 1 - $0 % size] }
  }

  private func augmented(
    steps: Int, channels: Int = 1, _ change: (inout TrainingRecipe.Augmentation) -> Void
  ) -> (original: [Float], images: [[Float]]) {
    let set = ImageSet.distinct(count: 1, size: size, channels: channels)
    let assembler = BatchAssembler(set, batchSize: 1, change)
    return (set.pixels.map { Float($0) / 255 }, (0..<steps).map { assembler.batch(step: $0).images[0] })
  }

  /// 25 offsets in 600 steps: each is expected 24 times, and missing one has a probability of 6e-10.
  @Test func `A crop is a window of the image padded with zero pixels, and every offset occurs`() {
    let (original, images) = augmented(steps: 600) { $0.cropPadding = 2 }
    let offsets = (-2...2).flatMap { row in (-2...2).map { (row, $0) } }
    let windows = offsets.map { crop(original, row: $0.0, column: $0.1) }
    let found = images.map { image in windows.firstIndex(of: image) }
    #expect(Set(found) == Set(windows.indices))
  }

  @Test func `Padding is a zero pixel before normalisation`() {
    let set = ImageSet.flat(count: 1, size: 2)
    var augmentation = TrainingRecipe.Augmentation()
    augmentation.cropPadding = 50
    let assembler = BatchAssembler(
      images: set, normalization: Normalization(mean: [0.5], standardDeviation: [0.25]), augmentation: augmentation,
      labelSmoothing: 0, batchSize: 8, seed: 1)
    #expect(assembler.batch(step: 0).images == Array(repeating: [-2, -2, -2, -2], count: 8))
  }

  @Test func `A certain flip mirrors every image after its crop`() {
    let plain = augmented(steps: 20) { $0.cropPadding = 2 }.images
    let flipped = augmented(steps: 20) {
      $0.cropPadding = 2
      $0.horizontalFlip = 1
    }.images
    #expect(flipped == plain.map(mirrored))
    #expect(flipped.map(mirrored) == plain)
  }

  /// 400 draws: within five standard deviations, 5 * sqrt(400 * 0.3 * 0.7) = 46, of 120.
  @Test func `Images are flipped with the given probability`() {
    let (original, images) = augmented(steps: 400) { $0.horizontalFlip = 0.3 }
    let flips = images.count { $0 == mirrored(original) }
    #expect(images.count { $0 == original } == 400 - flips)
    #expect(abs(flips - 120) < 46)
  }

  /// The sides of a rectangle are rounded to pixels: half a pixel each.
  @Test func `Erasing zeroes one rectangle of the given area and aspect, in all channels`() {
    let size = 32
    let set = ImageSet.distinct(count: 1, size: size, channels: 2)
    let assembler = BatchAssembler(set, batchSize: 1) { $0.randomErasing = 0.75 }
    let original = set.pixels.map { Float($0) / 255 }
    var erasedImages = 0
    for step in 0..<400 {
      let image = assembler.batch(step: step).images[0]
      let erased = image.indices.filter { image[$0] == 0 }
      #expect(image.indices.allSatisfy { image[$0] == 0 || image[$0] == original[$0] })
      guard let first = erased.first else { continue }
      erasedImages += 1
      let plane = erased.filter { $0 < size * size }
      #expect(erased == plane + plane.map { $0 + size * size })
      let rows = Set(plane.map { $0 / size }), columns = Set(plane.map { $0 % size })
      let (height, width) = (Double(rows.count), Double(columns.count))
      #expect(plane.count == rows.count * columns.count, "not a rectangle")
      #expect(first / size + rows.count - 1 == rows.max() && first % size + columns.count - 1 == columns.max())
      let area = Double(size * size)
      #expect((height + 0.5) * (width + 0.5) >= 0.02 * area && (height - 0.5) * (width - 0.5) <= area / 3)
      #expect((height + 0.5) / (width - 0.5) >= 0.3 && (height - 0.5) / (width + 0.5) <= 1 / 0.3)
    }
    // Five standard deviations: 5 * sqrt(400 * 0.75 * 0.25) = 43.
    #expect(abs(erasedImages - 300) < 43)
  }
}
