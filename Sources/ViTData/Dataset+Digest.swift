internal import ViTNumerics

extension Dataset {
  /// SHA-256 of all images and labels, split as they are: training, validation, test.
  ///
  /// What identifies the data of a run, wherever they lie. Another split, another limit or another order of the same
  /// files gives another digest.
  ///
  /// - Complexity: Linear in the number of pixels; a fifth of a second for all of Fashion-MNIST.
  package var digest: String {
    var digest = SHA256()
    for images in [training, validation, test] {
      for size in [images.count, images.channels, images.imageSize, images.classCount] {
        digest.add((0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) })
      }
      digest.add(images.labels)
      digest.add(images.pixels)
    }
    return digest.hexDigest()
  }
}
