/// Writes normalised images as they are, without augmentation.
///
/// - Parameters:
///   - range: Which images of the set.
///   - images: Room for `range.count` images, (range.count, channels, size, size).
package func evaluationBatch(
  of set: ImageSet, range: Range<Int>, normalization: Normalization, into images: inout MutableSpan<Float>
) {
  precondition(range.lowerBound >= 0 && range.upperBound <= set.count, "the set has no images \(range)")
  precondition(images.count == range.count * set.imageBytes, "no room for the pixels of \(range.count) images")
  precondition(normalization.mean.count == set.channels, "normalization does not match the images' channels")
  let table = NormalizationTable(normalization)
  let renderer = ImageRenderer(set)
  for (place, image) in range.enumerated() {
    renderer.write(ImagePlan(image: image), renderer.whole, table, to: &images, at: place)
  }
}
