/// Labelled images held in memory as bytes.
public struct ImageSet: Sendable {
  /// Side of the square images, in pixels.
  public let imageSize: Int
  public let channels: Int
  public let classCount: Int
  /// Pixels, image by image, channel by channel, row by row: (N, channels, size, size).
  public let pixels: [UInt8]
  /// One class index for each image.
  public let labels: [UInt8]

  public init(imageSize: Int, channels: Int, classCount: Int, pixels: [UInt8], labels: [UInt8]) {
    self.imageSize = imageSize
    self.channels = channels
    self.classCount = classCount
    self.pixels = pixels
    self.labels = labels
  }

  /// Number of images.
  public var count: Int { labels.count }
  /// Bytes of one image.
  public var imageBytes: Int { channels * imageSize * imageSize }
}
