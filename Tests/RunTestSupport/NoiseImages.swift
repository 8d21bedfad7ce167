package import TestSupport
internal import ViTNumerics

/// A data set of images that are noise, 28 pixels wide, of ten classes in turn.
package enum NoiseImages {
  /// Writes it to the folder's `data`.
  package static func write(to folder: TemporaryFolder, training: Int = 60, test: Int = 20) throws {
    for (part, count) in [("train", training), ("t10k", test)] {
      try folder.write(idx((0..<count).map { UInt8($0 % 10) }, [count]), to: "data/\(part)-labels-idx1-ubyte")
      var random = CounterRandom(seed: 1, purpose: "pixels")
      try folder.write(
        idx((0..<count * 784).map { _ in UInt8(random.uniform() * 256) }, [count, 28, 28]),
        to: "data/\(part)-images-idx3-ubyte")
    }
  }

  /// Bytes in the IDX format: magic, sizes, content.
  private static func idx(_ content: [UInt8], _ sizes: [Int]) -> [UInt8] {
    [0, 0, 8, UInt8(sizes.count)] + sizes.flatMap { [0, 0, UInt8($0 >> 8), UInt8($0 & 255)] } + content
  }
}
