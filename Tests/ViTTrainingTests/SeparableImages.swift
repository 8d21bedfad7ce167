import ViTData
import ViTNumerics

extension ImageSet {
  /// Noise with a bright row of its own for each class: easy to tell apart.
  static func separable(count: Int, channels: Int = 1, imageSize: Int = 8, classCount: Int = 4) -> ImageSet {
    var random = CounterRandom(seed: 1, purpose: "separable images")
    var pixels: [UInt8] = []
    for image in 0..<count {
      for _ in 0..<channels {
        for row in 0..<imageSize {
          for _ in 0..<imageSize {
            pixels.append(UInt8(random.next32() % 64) + (row == 2 * (image % classCount) ? 160 : 0))
          }
        }
      }
    }
    return ImageSet(
      imageSize: imageSize, channels: channels, classCount: classCount, pixels: pixels,
      labels: (0..<count).map { UInt8($0 % classCount) })
  }
}
