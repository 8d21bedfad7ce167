internal import ViTFiles

/// The binary versions of CIFAR-10 and CIFAR-100: records of label bytes and 3 x 32 x 32 pixel bytes.
///
/// Source: Krizhevsky, https://www.cs.toronto.edu/~kriz/cifar.html, section "Binary version".
struct CIFARFormat {
  private let subfolder: String
  private let trainingFiles: [String]
  private let testFile: String
  /// The number of classes each label byte chooses from; the last one is the label used.
  private let labelRanges: [Int]

  static let ten = CIFARFormat(
    subfolder: "cifar-10-batches-bin", trainingFiles: (1...5).map { "data_batch_\($0).bin" },
    testFile: "test_batch.bin", labelRanges: [10])
  /// A coarse label, which is checked only, and a fine one.
  static let hundred = CIFARFormat(
    subfolder: "cifar-100-binary", trainingFiles: ["train.bin"], testFile: "test.bin", labelRanges: [20, 100])

  /// - Parameter classes: The model's.
  func load(from folder: DatasetFolder, classes: Int) throws(FileError) -> DatasetFolder.Published {
    DatasetFolder.Published(
      training: try images(trainingFiles, from: folder, classes), test: try images([testFile], from: folder, classes))
  }

  private func images(
    _ names: [String], from folder: DatasetFolder, _ classes: Int
  ) throws(FileError) -> ImageSet {
    let (size, channels) = (32, 3)
    let recordBytes = labelRanges.count + channels * size * size
    var pixels: [UInt8] = []
    var labels: [UInt8] = []
    for name in names {
      let path = try folder.file([name, "\(subfolder)/\(name)"])
      let bytes = try Gzip.read(path, limit: 1 << 30, allowsPlain: true)
      guard !bytes.isEmpty, bytes.count.isMultiple(of: recordBytes) else {
        throw FileError(
          .malformed, path: path,
          reason: "the file has \(bytes.count) bytes, expected whole records of \(recordBytes) bytes: "
            + "it is truncated or not the binary version")
      }
      for start in stride(from: 0, to: bytes.count, by: recordBytes) {
        let recordLabels = bytes[start..<start + labelRanges.count]
        for (label, range) in zip(recordLabels, labelRanges) where label >= range {
          throw FileError(
            .malformed, path: path,
            reason: "a label of image \(start / recordBytes + 1) is \(label), expected 0 to \(range - 1)")
        }
        let label = recordLabels.last ?? 0
        if let problem = DatasetFolder.problem(label: label, ofImage: start / recordBytes, classes: classes) {
          throw FileError(.malformed, path: path, reason: problem)
        }
        labels.append(label)
        pixels += bytes[start + labelRanges.count..<start + recordBytes]
      }
    }
    return ImageSet(
      imageSize: size, channels: channels, classCount: classes, pixels: pixels, labels: labels)
  }
}
