package import ViTArchitecture

/// How a batch is split into shards.
///
/// A function of the architecture and the batch alone, never of the number of threads: each shard has its own
/// gradients, which are added up in order, so results are bit-identical for any number of threads.
package struct Sharding {
  package let batch: Int
  package let count: Int

  /// - Parameter parameterFloats: Floats of one shard's gradients, or 0 when there are none.
  package init(_ architecture: Architecture, batch: Int, parameterFloats: Int) {
    self.batch = batch
    // Enough rows to keep the matrix products efficient and the reduction of gradients cheap.
    let images = max(1, (256 + architecture.tokenCount - 1) / architecture.tokenCount)
    let wanted = max(1, min(32, batch / images))
    var count = 1
    while 2 * count <= wanted { count *= 2 }
    // At most half a gigabyte of gradients, but two shards in any case.
    while count > 2 && count * parameterFloats > 1 << 27 { count /= 2 }
    self.count = min(count, max(1, batch))
  }

  /// Images of shard `index`.
  package func images(_ index: Int) -> Range<Int> { batch * index / count..<batch * (index + 1) / count }

  /// Largest number of images in a shard.
  package var capacity: Int { (batch + count - 1) / count }

  /// Multiply-accumulates that make another thread worth its while: it is woken and waited for in up to a hundred
  /// microseconds, which is about how long these take.
  package static let worthwhile = 4e6

  /// How many threads do an inference batch together, each with a share of every image's rows; nil where whole shards
  /// are enough for all threads, or where the work is too small to be worth waiting for each other.
  ///
  /// - Parameter least: Multiply-accumulates for each thread.
  package func togetherThreads(_ architecture: Architecture, threads: Int, least: Double = worthwhile) -> Int? {
    guard count < threads else { return nil }
    let work = Double(architecture.multiplyAccumulates) * Double(batch)
    let useful = least > 0 ? Int(min(Double(threads), work / least)) : threads
    let together = min(useful, batch * architecture.tokenCount)
    return together > count ? together : nil
  }
}
