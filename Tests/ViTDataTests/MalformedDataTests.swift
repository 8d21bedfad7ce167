import Foundation
import TestSupport
import Testing
import ViTArchitecture
import ViTData
import ViTFiles

@Suite struct `Malformed data sets` {
  private let folder = TemporaryFolder()

  private func fileError(_ specification: DatasetSpecification) -> FileError? {
    #expect(throws: FileError.self) { try Dataset(specification) }
  }

  @Test func `A missing folder or file names the Debian package and the layout`() throws {
    let missing = fileError(DatasetFixture.specification(folder("none")))
    #expect(missing?.code == .notFound)
    #expect(missing?.description.contains("sudo apt-get install dataset-fashion-mnist") == true)
    try DatasetFixture.writeIDX(to: folder)
    try FileManager.default.removeItem(atPath: folder("t10k-labels-idx1-ubyte"))
    let incomplete = fileError(DatasetFixture.specification(folder.path))
    #expect(incomplete?.code == .notFound && incomplete?.path == folder("t10k-labels-idx1-ubyte"))
    let file = fileError(DatasetFixture.specification(folder("t10k-images-idx3-ubyte")))
    #expect(file?.reason.hasPrefix("it is a file, not a folder; expected train-images-idx3-ubyte") == true)
    let ten = fileError(DatasetFixture.specification(folder.path, format: .cifar10))
    #expect(ten?.reason.contains("expected data_batch_1.bin to data_batch_5.bin and test_batch.bin") == true)
    let hundred = fileError(DatasetFixture.specification(folder.path, format: .cifar100))
    #expect(hundred?.reason.contains("expected train.bin and test.bin, in the folder or in its cifar-100") == true)
  }

  /// File to replace, its new content, and the message.
  private static let brokenFiles: [(String, [UInt8], String)] = {
    let images = DatasetFixture.pixels(count: 100, mark: 1)
    let labels = (0..<100).map { UInt8($0 % 10) }
    let names = DatasetFixture.idxNames
    let idx = IDXEncoding.file
    return [
      (names[0], idx([100], labels), "starts with 0x00000801, expected 0x00000803"),
      (names[1], idx([100, 4, 4], images), "starts with 0x00000803, expected 0x00000801"),
      (names[1], [0, 0, 8], "starts with fewer than 4 bytes, expected 0x00000801"),
      (names[0], Array(idx([100, 4, 4], [])[..<15]), "the file is truncated: it ends within its header"),
      (names[0], idx([100, 4, 4], images.dropLast()), "truncated: its header announces 1600 bytes, found 1599"),
      (names[0], idx([100, 4, 4], images + [0]), "holds more than the 1600 bytes its header announces"),
      (names[0], idx([99, 4, 4], images), "holds 99 images, but \(names[1]) holds 100 labels"),
      (names[1], idx([99], labels), "holds more than the 99 bytes its header announces"),
      (names[1], idx([101], labels), "truncated: its header announces 101 bytes, found 100"),
      (names[0], idx([100, 2, 8], images), "2 rows and 8 columns, expected squares"),
      (names[0], idx([100, 0, 0], []), "a dimension of [100, 0, 0] is zero"),
      (names[0], idx([.max, .max, .max], images), "announces [4294967295, 4294967295, 4294967295] bytes"),
      (names[0], idx([100, 60000, 60000], images), "bytes, expected at most 2147483648"),
      (names[1], idx([100], Array(labels[..<37]) + [10] + labels[38...]), "label of image 38 is 10, expected 0 to 9"),
      (names[2], idx([40, 2, 2], [UInt8](repeating: 0, count: 160)), "have 2 pixels a side, expected 4"),
    ]
  }()

  @Test(arguments: brokenFiles.indices)
  func `A broken IDX file is one clear error`(index: Int) throws {
    let (name, bytes, message) = Self.brokenFiles[index]
    for compressed in [false, true] {
      let folder = TemporaryFolder()
      try DatasetFixture.writeIDX(to: folder, compressed: compressed)
      try folder.write(compressed ? GzipEncoding.member(bytes) : bytes, to: compressed ? name + ".gz" : name)
      let error = fileError(DatasetFixture.specification(folder.path))
      let reason = error?.reason.replacingOccurrences(of: folder.path + "/", with: "") ?? ""
      #expect(error?.code == .malformed)
      #expect(reason.replacingOccurrences(of: ".gz", with: "").contains(message), "\(reason)")
    }
  }

  @Test func `A truncated or corrupt gzip file is one clear error`() throws {
    try DatasetFixture.writeIDX(to: folder, compressed: true)
    let name = "train-images-idx3-ubyte.gz"
    let whole = try Array(FileContents.read(folder(name)))
    try folder.write(Array(whole[..<1000]), to: name)
    let truncated = fileError(DatasetFixture.specification(folder.path))
    #expect(truncated?.path == folder(name))
    #expect(truncated?.reason.hasPrefix("the gzip data is truncated") == true)
    var wrong = whole
    wrong[500] ^= 1
    try folder.write(wrong, to: name)
    #expect(fileError(DatasetFixture.specification(folder.path))?.reason.contains("incorrect data check") == true)
  }

  @Test func `A broken CIFAR file is one clear error`() throws {
    let good = DatasetFixture.cifar(labels: [19, 99], red: 0, green: 0, blue: 0)
    for (bytes, message) in [
      (Array(good.dropLast()), "the file has 3073 bytes, expected whole records of 3074 bytes"),
      ([], "the file has 0 bytes"),
      (good + DatasetFixture.cifar(labels: [20, 0], red: 0, green: 0, blue: 0), "image 2 is 20, expected 0 to 19"),
      (good + DatasetFixture.cifar(labels: [0, 100], red: 0, green: 0, blue: 0), "image 2 is 100, expected 0 to 99"),
    ] {
      try folder.write(bytes, to: "train.bin")
      try folder.write(good, to: "test.bin")
      let error = fileError(DatasetFixture.specification(folder.path, format: .cifar100, validation: 1))
      #expect(error?.code == .malformed && error?.path == folder("train.bin"))
      #expect(error?.reason.contains(message) == true, "\(String(describing: error))")
    }
  }

  @Test(
    arguments: [
      (
        100, nil, nil, "the validation split has 100 images, expected at least 1 and fewer than the 100 training images"
      ),
      (0, nil, nil, "the validation split has 0 images"),
      (-1, nil, nil, "the validation split has -1 images"),
      (.max, nil, nil, "the validation split has 9223372036854775807 images"),
      (20, 0, nil, "the limit of training images is 0, expected at least 1"),
      (20, nil, -3, "the limit of test images is -3, expected at least 1"),
    ] as [(Int, Int?, Int?, String)])
  func `A specification that cannot be met says why`(
    validation: Int, training: Int?, test: Int?, message: String
  ) throws {
    try DatasetFixture.writeIDX(to: folder)
    let specification = DatasetFixture.specification(
      folder.path, validation: validation, training: training, test: test)
    let error = #expect(throws: DatasetError.self) { try Dataset(specification) }
    #expect(error?.description.contains(message) == true, "\(String(describing: error))")
  }
}
