internal import ViTArchitecture
internal import ViTNumerics

/// What happens to one image of a batch before it is blended with another.
struct ImagePlan {
  /// Index in the set.
  let image: Int
  /// Where the crop starts, relative to the unpadded image.
  private(set) var cropRow = 0
  private(set) var cropColumn = 0
  private(set) var isFlipped = false
  /// The erased rectangle; empty when there is none.
  private(set) var erasedRows = 0..<0
  private(set) var erasedColumns = 0..<0

  /// The image as it is.
  init(image: Int) { self.image = image }

  /// - Parameters:
  ///   - size: Side of the image, in pixels.
  ///   - stream: The image's place in the sequence of all rows of all steps.
  init(image: Int, size: Int, augmentation: TrainingRecipe.Augmentation, seed: UInt64, stream: UInt64) {
    self.image = image
    var random = CounterRandom(seed: seed, purpose: "augmentation", stream: stream)
    let padding = augmentation.cropPadding
    if padding > 0 {
      cropRow = random.integer(below: 2 * padding + 1) - padding
      cropColumn = random.integer(below: 2 * padding + 1) - padding
    }
    if augmentation.horizontalFlip > 0 { isFlipped = random.uniform() < augmentation.horizontalFlip }
    if augmentation.randomErasing > 0, random.uniform() < augmentation.randomErasing { erase(size: size, &random) }
  }

  /// Chooses a rectangle of 2% to 1/3 of the area and an aspect ratio of 0.3 to 1/0.3 (log-uniform), as timm does.
  private mutating func erase(size: Int, _ random: inout CounterRandom) {
    let logRatio = Logarithm.natural(0.3)
    for _ in 0..<10 {
      let area = (0.02 + (1.0 / 3 - 0.02) * random.uniform()) * Double(size * size)
      let aspect = Exponential.natural(logRatio - 2 * logRatio * random.uniform())
      let height = Int((area * aspect).squareRoot().rounded(.toNearestOrEven))
      let width = Int((area / aspect).squareRoot().rounded(.toNearestOrEven))
      guard height < size, width < size else { continue }
      let row = random.integer(below: size - height + 1)
      let column = random.integer(below: size - width + 1)
      erasedRows = row..<row + height
      erasedColumns = column..<column + width
      return
    }
  }
}
