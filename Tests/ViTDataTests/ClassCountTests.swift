import TestSupport
import Testing
import ViTArchitecture
import ViTData
import ViTFiles

/// The number of classes is the model's: files of this kind do not say it.
@Suite struct `The number of classes` {
  private let folder = TemporaryFolder()

  /// EMNIST's are 10, 26, 47 and 62; more outputs than a byte can tell apart are odd, and harmless.
  @Test(arguments: [1, 2, 26, 47, 62, 256, 1000])
  func `may be any for IDX files`(classes: Int) throws {
    let labels = (0..<min(classes, 256)).map { UInt8($0) }
    try DatasetFixture.writeIDX(to: folder, training: 4 * labels.count + 8, test: labels.count, labels: labels)
    let data = try Dataset(DatasetFixture.specification(folder.path, validation: labels.count), classes: classes)
    #expect(data.training.classCount == classes && data.test.classCount == classes)
    #expect(data.test.labels == labels)
    // As many validation images as classes, which have equal shares but for the first eight's one more.
    #expect(data.validation.count == labels.count)
    #expect(classes > 2 ? data.validation.classCounts.max() == 1 : true)
  }

  @Test func `may exceed what appears, and no label may reach it`() throws {
    try DatasetFixture.writeIDX(to: folder, labels: [0, 1, 2])
    #expect(try Dataset(DatasetFixture.specification(folder.path), classes: 10).training.classCount == 10)
    #expect(try Dataset(DatasetFixture.specification(folder.path), classes: 3).training.classCount == 3)
    let error = #expect(throws: FileError.self) {
      try Dataset(DatasetFixture.specification(folder.path), classes: 2)
    }
    #expect(error?.code == .malformed && error?.path == folder("train-labels-idx1-ubyte"))
    #expect(error?.reason == "the label of image 3 is 2, expected 0 to 1, since the model has 2 classes")
  }

  @Test func `is checked in every file`() throws {
    try DatasetFixture.writeIDX(to: folder, labels: [0, 1])
    try folder.write(IDXEncoding.file([40], [UInt8](repeating: 1, count: 39) + [9]), to: "t10k-labels-idx1-ubyte")
    let error = #expect(throws: FileError.self) {
      try Dataset(DatasetFixture.specification(folder.path), classes: 2)
    }
    #expect(
      error?.path == folder("t10k-labels-idx1-ubyte") && error?.reason.hasPrefix("the label of image 40 is 9") == true)
  }

  @Test func `holds for CIFAR too, whose files have labels of their own range`() throws {
    for batch in 1...5 {
      let records = (0..<4).map { DatasetFixture.cifar(labels: [$0], red: 1, green: 2, blue: $0) }
      try folder.write(records.flatMap(\.self), to: "data_batch_\(batch).bin")
    }
    try folder.write(DatasetFixture.cifar(labels: [9], red: 0, green: 0, blue: 0), to: "test_batch.bin")
    let specification = DatasetFixture.specification(folder.path, format: .cifar10, validation: 4)
    #expect(try Dataset(specification, classes: 12).test.classCount == 12)
    for (classes, file, image) in [(3, "data_batch_1.bin", 4), (9, "test_batch.bin", 1)] {
      let error = #expect(throws: FileError.self) { try Dataset(specification, classes: classes) }
      #expect(error?.path == folder(file) && error?.reason.contains("label of image \(image) is ") == true)
    }
  }

  /// A class of one image goes to one side, and no image is lost or seen twice.
  @Test func `may leave a class with one image or two`() throws {
    try DatasetFixture.writeIDX(to: folder, training: 63, test: 10, labels: Array(repeating: 0, count: 60) + [1, 2, 2])
    let data = try Dataset(DatasetFixture.specification(folder.path, validation: 21), classes: 3)
    #expect(zip(data.training.classCounts, data.validation.classCounts).map { $0 + $1 } == [60, 1, 2])
    // Shares of 20, 1/3 and 2/3 images: the missing one goes to the largest remainder.
    #expect(data.validation.classCounts == [20, 0, 1])
  }
}
