/// Writes normalised images as they are, without augmentation.
///
/// - Parameters:
///   - range: Which images of the set.
///   - images: Room for `range.count` images, (range.count, channels, size, size).
package func evaluationBatch(
  of set: ImageSet, range: Range<Int>, normalization: Normalization, into images: UnsafeMutablePointer<Float>
) {
  precondition(range.lowerBound >= 0 && range.upperBound <= set.count, "the set has no images \(range)")
  precondition(normalization.mean.count == set.channels, "normalization does not match the images' channels")
  let table = NormalizationTable(normalization)
  let whole = 0..<set.imageSize
  set.pixels.withUnsafeBufferPointer { pixels in
    guard let start = pixels.baseAddress else { return }
    let renderer = ImageRenderer(pixels: start, channels: set.channels, size: set.imageSize)
    for (row, image) in range.enumerated() {
      let target = images + row * set.imageBytes
      renderer.write(ImagePlan(image: image), rows: whole, columns: whole, table: table, to: target)
    }
  }
}
