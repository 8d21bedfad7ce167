internal import ViTNumerics

extension ImageSet {
  /// SHA-256 of every label (one byte) and then of every image's sum of pixel values (four bytes, little endian).
  ///
  /// Tells another split or another order of a data set apart, where labels alone might be equal.
  package var digest: String {
    var bytes = labels
    bytes.reserveCapacity(5 * count)
    let pixels = pixels.span
    for image in 0..<count {
      var sum: UInt32 = 0
      // At most 64 channels of 4096 x 4096 pixels are allowed, whose sum may wrap: it is a digest.
      for index in image * imageBytes..<(image + 1) * imageBytes { sum &+= UInt32(pixels[index]) }
      for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: sum >> shift)) }
    }
    return SHA256.hexDigest(bytes)
  }
}
