/// Labelled images held in memory as bytes.
package struct ImageSet: Sendable {
  /// Side of the square images, in pixels.
  package let imageSize: Int
  package let channels: Int
  package let classCount: Int
  /// Pixels, image by image, channel by channel, row by row: (N, channels, size, size).
  package let pixels: [UInt8]
  /// One class index for each image.
  package let labels: [UInt8]

  /// - Parameters:
  ///   - pixels: `labels.count` images of `channels * imageSize * imageSize` bytes.
  ///   - labels: Less than `classCount`.
  package init(imageSize: Int, channels: Int, classCount: Int, pixels: [UInt8], labels: [UInt8]) {
    precondition(pixels.count == labels.count * channels * imageSize * imageSize, "pixels do not match labels")
    precondition(labels.allSatisfy { $0 < classCount }, "a label is not less than the number of classes")
    self.imageSize = imageSize
    self.channels = channels
    self.classCount = classCount
    self.pixels = pixels
    self.labels = labels
  }

  /// Number of images.
  package var count: Int { labels.count }
  /// Bytes of one image.
  package var imageBytes: Int { channels * imageSize * imageSize }

  /// The first images, at most `count`.
  package func prefix(_ count: Int) -> ImageSet { subset(Array(0..<min(count, self.count))) }

  /// The images at `indices`, in that order.
  package func subset(_ indices: [Int]) -> ImageSet {
    var chosen: [UInt8] = []
    chosen.reserveCapacity(indices.count * imageBytes)
    for index in indices { chosen += pixels[index * imageBytes..<(index + 1) * imageBytes] }
    return ImageSet(
      imageSize: imageSize, channels: channels, classCount: classCount, pixels: chosen,
      labels: indices.map { labels[$0] })
  }
}
