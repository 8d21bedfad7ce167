package import ViTArchitecture

/// What training batches are made of: every pixel and target is a function of (seed, step, row) alone.
///
/// An image is cropped out of its zero-padded self and flipped, normalised, and erased in part; mixup or CutMix then
/// blend it with the image in the mirrored row of the batch: the order and the details of timm.
package struct BatchAssembler: Sendable {
  package let images: ImageSet
  package let normalization: Normalization
  package let augmentation: TrainingRecipe.Augmentation
  package let labelSmoothing: Double
  package let batchSize: Int
  package let seed: UInt64

  /// - Parameters:
  ///   - images: At least one.
  ///   - normalization: Of as many channels as the images.
  ///   - augmentation: Probabilities from 0 to 1, alphas finite and not negative, padding 0 to
  ///     65,536 pixels.
  ///   - labelSmoothing: Mass spread over all classes, 0 to 1.
  ///   - batchSize: At least 1.
  ///   - seed: The trial's seed.
  package init(
    images: ImageSet, normalization: Normalization, augmentation: TrainingRecipe.Augmentation, labelSmoothing: Double,
    batchSize: Int, seed: UInt64
  ) {
    precondition(images.count > 0 && batchSize > 0, "no images or no batch")
    precondition(normalization.mean.count == images.channels, "normalization does not match the images' channels")
    precondition((0...1 << 16).contains(augmentation.cropPadding), "padding out of range")
    for alpha in [augmentation.mixup, augmentation.cutmix] {
      precondition((0..<Double.infinity).contains(alpha), "alpha out of range")
    }
    self.images = images
    self.normalization = normalization
    self.augmentation = augmentation
    self.labelSmoothing = labelSmoothing
    self.batchSize = batchSize
    self.seed = seed
  }

  /// Whole batches in one pass over the images; what is left over waits for another epoch's order.
  ///
  /// At least 1: a batch larger than the set goes around it more than once.
  package var stepsPerEpoch: Int { max(1, images.count / batchSize) }
}
