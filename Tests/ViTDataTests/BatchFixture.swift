import ViTArchitecture
import ViTData

/// A batch as arrays: one of pixels and one of class probabilities for each row.
struct AssembledBatch: Equatable {
  let images: [[Float]]
  let targets: [[Float]]
}

extension BatchAssembler {
  /// A set and recipe with the identity as normalisation of pixels scaled to 0 to 1.
  init(
    _ images: ImageSet, batchSize: Int, labelSmoothing: Double = 0, seed: UInt64 = 5,
    _ change: (inout TrainingRecipe.Augmentation) -> Void = { _ in }
  ) {
    var augmentation = TrainingRecipe.Augmentation()
    change(&augmentation)
    let channels = images.channels
    self.init(
      images: images,
      normalization: Normalization(
        mean: Array(repeating: 0, count: channels), standardDeviation: Array(repeating: 1, count: channels)),
      augmentation: augmentation, labelSmoothing: labelSmoothing, batchSize: batchSize, seed: seed)
  }

  /// The batch of a step, its rows assembled in the given parts.
  func batch(step: Int, parts: [Range<Int>]? = nil) -> AssembledBatch {
    BatchCursor(self).batch(step: step, of: self, parts: parts)
  }
}

extension BatchCursor {
  func batch(step: Int, of assembler: BatchAssembler, parts: [Range<Int>]? = nil) -> AssembledBatch {
    let (size, classes) = (assembler.images.imageBytes, assembler.images.classCount)
    // What is not written stays undefined, and so equals nothing.
    var images = [Float](repeating: .nan, count: assembler.batchSize * size)
    var targets = [Float](repeating: .nan, count: assembler.batchSize * classes)
    prepare(step: step)
    for part in parts ?? [0..<assembler.batchSize] {
      var pixels = [Float](repeating: .nan, count: part.count * size)
      var probabilities = [Float](repeating: .nan, count: part.count * classes)
      var pixelSpan = pixels.mutableSpan
      var probabilitySpan = probabilities.mutableSpan
      assemble(rows: part, images: &pixelSpan, targets: &probabilitySpan)
      images.replaceSubrange(part.lowerBound * size..<part.upperBound * size, with: pixels)
      targets.replaceSubrange(part.lowerBound * classes..<part.upperBound * classes, with: probabilities)
    }
    return AssembledBatch(
      images: (0..<assembler.batchSize).map { Array(images[$0 * size..<($0 + 1) * size]) },
      targets: (0..<assembler.batchSize).map { Array(targets[$0 * classes..<($0 + 1) * classes]) })
  }
}

extension ImageSet {
  /// Single-channel images of one value each, its number times `step`; image i is of class i.
  static func flat(count: Int, size: Int = 8, step: Int = 1) -> ImageSet {
    ImageSet(
      imageSize: size, channels: 1, classCount: count,
      pixels: (0..<count).flatMap { [UInt8](repeating: UInt8($0 * step), count: size * size) },
      labels: (0..<count).map { UInt8($0) })
  }

  /// Images without zeros; up to 15 pixels a side, the pixels of a channel all differ.
  static func distinct(count: Int, size: Int, channels: Int = 1) -> ImageSet {
    let pixels = (0..<count * channels).flatMap { (plane: Int) -> [UInt8] in
      (0..<size * size).map { (index: Int) -> UInt8 in UInt8(1 + (index * 7 + plane * 29) % 251) }
    }
    return ImageSet(
      imageSize: size, channels: channels, classCount: 10, pixels: pixels, labels: (0..<count).map { UInt8($0 % 10) })
  }
}
