internal import ViTFiles

/// The IDX files of MNIST, plain or compressed: big-endian dimensions, then bytes.
///
/// Source: LeCun, Cortes, Burges, "The MNIST database", section "File formats".
enum IDXFormat {
  /// Largest set of images to accept, in bytes.
  private static let byteLimit = 1 << 31

  /// - Parameter classes: The model's; the files do not say how many there are.
  static func load(from folder: DatasetFolder, classes: Int) throws(FileError) -> DatasetFolder.Published {
    let training = try load("train", from: folder, classes: classes)
    let test = try load("t10k", from: folder, classes: classes)
    guard training.imageSize == test.imageSize else {
      throw FileError(
        .malformed, path: folder.path,
        reason: "the test images have \(test.imageSize) pixels a side, expected \(training.imageSize) as for training")
    }
    return DatasetFolder.Published(training: training, test: test)
  }

  private static func load(
    _ part: String, from folder: DatasetFolder, classes: Int
  ) throws(FileError) -> ImageSet {
    let imagePath = try folder.file(names("\(part)-images", "idx3-ubyte"))
    let labelPath = try folder.file(names("\(part)-labels", "idx1-ubyte"))
    let labels = try read(labelPath, dimensionCount: 1) { _ in nil }
    let images = try read(imagePath, dimensionCount: 3) { dimensions in
      if dimensions[1] != dimensions[2] {
        "the images have \(dimensions[1]) rows and \(dimensions[2]) columns, expected squares"
      } else if dimensions[0] != labels.bytes.count {
        "the file holds \(dimensions[0]) images, but \(labelPath) holds \(labels.bytes.count) labels"
      } else {
        nil
      }
    }
    for (image, label) in labels.bytes.enumerated() {
      guard let problem = DatasetFolder.problem(label: label, ofImage: image, classes: classes) else { continue }
      throw FileError(.malformed, path: labelPath, reason: problem)
    }
    return ImageSet(
      imageSize: images.dimensions[1], channels: 1, classCount: classes, pixels: images.bytes, labels: labels.bytes)
  }

  /// As published, and with the point that 7-Zip and some mirrors put in its place; plain or compressed.
  private static func names(_ stem: String, _ ending: String) -> [String] {
    ["\(stem)-\(ending)", "\(stem).\(ending)"].flatMap { [$0, $0 + ".gz"] }
  }

  /// - Parameter problem: What is wrong with the dimensions, looked at before the content is read.
  private static func read(
    _ path: String, dimensionCount: Int, problem: ([Int]) -> String?
  ) throws(FileError) -> (dimensions: [Int], bytes: [UInt8]) {
    var reader = try Gzip.Reader(path: path, allowsPlain: true)
    let header = try reader.read(atMost: 4 + 4 * dimensionCount)
    let words = stride(from: 0, to: header.count - 3, by: 4).map { start in
      header[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    // Two zero bytes, the type "unsigned byte", the number of dimensions.
    let magic = 0x0800 | dimensionCount
    guard words.first == magic else {
      throw FileError(
        .malformed, path: path,
        reason: "not an IDX file of bytes in \(dimensionCount) dimensions: "
          + "it starts with \(words.first.map { "0x" + $0.hexadecimal(digits: 8) } ?? "fewer than 4 bytes"), "
          + "expected 0x\(magic.hexadecimal(digits: 8))")
    }
    guard words.count == 1 + dimensionCount else {
      throw FileError(.malformed, path: path, reason: "the file is truncated: it ends within its header")
    }
    let dimensions = Array(words.dropFirst())
    guard !dimensions.contains(0) else {
      throw FileError(.malformed, path: path, reason: "a dimension of \(dimensions) is zero, expected images")
    }
    var size = 1
    for dimension in dimensions {
      // Both factors are less than 2^32.
      size *= dimension
      guard size <= byteLimit else {
        throw FileError(
          .malformed, path: path, reason: "the header announces \(dimensions) bytes, expected at most \(byteLimit)")
      }
    }
    if let problem = problem(dimensions) { throw FileError(.malformed, path: path, reason: problem) }
    let bytes = try reader.read(atMost: size)
    guard bytes.count == size else {
      throw FileError(
        .malformed, path: path,
        reason: "the file is truncated: its header announces \(size) bytes, found \(bytes.count)")
    }
    guard try reader.read(atMost: 1).isEmpty else {
      throw FileError(.malformed, path: path, reason: "the file holds more than the \(size) bytes its header announces")
    }
    return (dimensions, bytes)
  }
}
