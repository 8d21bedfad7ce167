/// The normalised value of each of the 256 pixel values, for each channel.
final class NormalizationTable {
  /// (channels, 256)
  private let values: UnsafeMutablePointer<Float>
  private let count: Int

  init(_ normalization: Normalization) {
    count = normalization.mean.count * 256
    values = .allocate(capacity: count)
    for channel in normalization.mean.indices {
      let (mean, deviation) = (normalization.mean[channel], normalization.standardDeviation[channel])
      for pixel in 0..<256 {
        (values + channel * 256 + pixel).initialize(to: (Float(pixel) / 255 - mean) / deviation)
      }
    }
  }

  deinit { values.deallocate() }

  /// Makes this table another one's multiple.
  func set(to other: NormalizationTable, times factor: Double) {
    for index in 0..<count { values[index] = other.values[index] * Float(factor) }
  }

  /// The 256 values of a channel; valid as long as the table lives.
  func channel(_ channel: Int) -> UnsafePointer<Float> { UnsafePointer(values + channel * 256) }
}
