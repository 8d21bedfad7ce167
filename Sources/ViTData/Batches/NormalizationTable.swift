/// The normalised value of each of the 256 pixel values, for each channel.
struct NormalizationTable {
  /// (channels, 256)
  private(set) var values: [Float]

  init(_ normalization: Normalization) {
    values = zip(normalization.mean, normalization.standardDeviation).flatMap { mean, deviation in
      (0..<256).map { (Float($0) / 255 - mean) / deviation }
    }
  }

  /// Makes this table another one's multiple, of as many channels.
  mutating func set(to other: NormalizationTable, times factor: Double) {
    for index in values.indices { values[index] = other.values[index] * Float(factor) }
  }
}
