package import ViTData
internal import ViTNumerics

extension ImageSet {
  /// Noise with a bright row of its own for each class: easy to tell apart.
  ///
  /// - Parameters:
  ///   - noise: How many values the noise takes, from 0 on.
  ///   - brightness: What the bright row has more.
  ///   - purpose: Of the random numbers; other purposes make other noise.
  package static func striped(
    count: Int, channels: Int = 1, imageSize: Int = 8, classCount: Int = 4, noise: UInt32 = 64, brightness: UInt8 = 160,
    purpose: String = "separable images"
  ) -> ImageSet {
    var random = CounterRandom(seed: 1, purpose: purpose)
    var pixels: [UInt8] = []
    for image in 0..<count {
      for _ in 0..<channels {
        for row in 0..<imageSize {
          for _ in 0..<imageSize {
            pixels.append(UInt8(random.next32() % noise) + (row == 2 * (image % classCount) ? brightness : 0))
          }
        }
      }
    }
    return ImageSet(
      imageSize: imageSize, channels: channels, classCount: classCount, pixels: pixels,
      labels: (0..<count).map { UInt8($0 % classCount) })
  }
}
