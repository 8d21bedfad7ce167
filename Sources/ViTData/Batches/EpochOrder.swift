internal import ViTNumerics

/// The random order of the images in one epoch, kept until another epoch is asked for.
final class EpochOrder {
  private let seed: UInt64
  private var epoch: Int?
  private var images: [UInt32]

  init(count: Int, seed: UInt64) {
    self.seed = seed
    images = Array(repeating: 0, count: count)
  }

  func prepare(epoch: Int) {
    guard epoch != self.epoch else { return }
    self.epoch = epoch
    for index in images.indices { images[index] = UInt32(index) }
    var random = CounterRandom(seed: seed, purpose: "shuffle", stream: UInt64(epoch))
    random.shuffle(&images)
  }

  /// The image at a position of the epoch.
  subscript(position: Int) -> Int { Int(images[position]) }
}
