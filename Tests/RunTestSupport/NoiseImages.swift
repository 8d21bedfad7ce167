package import TestSupport
package import ViTNumerics

/// A data set of images that are noise, 28 pixels wide, of some classes in turn.
package enum NoiseImages {
  /// Writes it to the folder's `data`.
  ///
  /// - Parameters:
  ///   - classes: At most 256.
  ///   - pixel: The value of a pixel in a row of an image, both counted from 0.
  package static func write(
    to folder: TemporaryFolder, training: Int = 60, test: Int = 20, classes: Int = 10,
    pixel: (_ image: Int, _ row: Int, inout CounterRandom) -> UInt8 = { _, _, random in UInt8(random.uniform() * 256) }
  ) throws {
    for (part, count) in [("train", training), ("t10k", test)] {
      let labels = (0..<count).map { UInt8($0 % classes) }
      try folder.write(IDXEncoding.file([UInt32(count)], labels), to: "data/\(part)-labels-idx1-ubyte")
      var random = CounterRandom(seed: 1, purpose: "pixels")
      let pixels = (0..<count * 784).map { pixel($0 / 784, $0 % 784 / 28, &random) }
      try folder.write(IDXEncoding.file([UInt32(count), 28, 28], pixels), to: "data/\(part)-images-idx3-ubyte")
    }
  }
}
