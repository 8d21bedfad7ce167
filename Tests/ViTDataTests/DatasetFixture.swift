import TestSupport
import ViTArchitecture
import ViTData

/// Small data sets in the published formats, written by the tests.
enum DatasetFixture {
  /// The names of the IDX files, without `.gz`.
  static let idxNames = [
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte",
  ]

  /// 4 x 4 images that all differ: they start with `mark` and their number.
  static func pixels(count: Int, mark: UInt8) -> [UInt8] {
    (0..<count).flatMap { index -> [UInt8] in
      let filling = (3..<16).map { UInt8(truncatingIfNeeded: index &* 7 &+ $0) }
      return [mark, UInt8(index / 256), UInt8(index % 256)] + filling
    }
  }

  /// A data set of 4 x 4 images; the labels repeat `labels`.
  ///
  /// - Parameter pointed: Whether the names have a point before "idx", as some mirrors write them.
  static func writeIDX(
    to folder: TemporaryFolder, training: Int = 100, test: Int = 40, labels: [UInt8] = Array(0..<10),
    compressed: Bool = false, pointed: Bool = false
  ) throws {
    for (names, count, mark) in [(idxNames[..<2], training, UInt8(1)), (idxNames[2...], test, UInt8(2))] {
      let images = IDXEncoding.file([UInt32(count), 4, 4], pixels(count: count, mark: mark))
      let classes = IDXEncoding.file([UInt32(count)], (0..<count).map { labels[$0 % labels.count] })
      for (name, content) in zip(names, [images, classes]) {
        let name = pointed ? name.replacing("s-idx", with: "s.idx") : name
        try folder.write(compressed ? GzipEncoding.member(content) : content, to: compressed ? name + ".gz" : name)
      }
    }
  }

  /// A record of CIFAR: red, green and blue planes of one value each.
  static func cifar(labels: [UInt8], red: UInt8, green: UInt8, blue: UInt8) -> [UInt8] {
    labels + [red, green, blue].flatMap { [UInt8](repeating: $0, count: 1024) }
  }

  static func specification(
    _ path: String, format: DatasetSpecification.Format = .idx, validation: Int = 20, training: Int? = nil,
    test: Int? = nil, seed: UInt64 = 0
  ) -> DatasetSpecification {
    DatasetSpecification(
      format: format, path: path, validationCount: validation, trainingLimit: training, testLimit: test, splitSeed: seed
    )
  }
}

extension ImageSet {
  /// The images one by one.
  var images: [[UInt8]] { (0..<count).map { Array(pixels[$0 * imageBytes..<($0 + 1) * imageBytes]) } }

  /// How many images each class has.
  var classCounts: [Int] { (0..<classCount).map { label in labels.count { $0 == label } } }
}

extension Dataset {
  /// Of ten classes; a hundred where the format has so many.
  init(_ specification: DatasetSpecification, relativeTo folder: String? = nil) throws {
    try self.init(specification, classes: specification.format == .cifar100 ? 100 : 10, relativeTo: folder)
  }
}
