import TestSupport
import Testing
import ViTArchitecture
import ViTData

@Suite struct `Data sets` {
  private let folder = TemporaryFolder()

  @Test(arguments: [false, true])
  func `IDX files are read, plain or compressed`(compressed: Bool) throws {
    try DatasetFixture.writeIDX(to: folder, training: 30, test: 12, compressed: compressed)
    let data = try Dataset(DatasetFixture.specification(folder.path, validation: 10))
    #expect(data.test.pixels == DatasetFixture.pixels(count: 12, mark: 2))
    #expect(data.test.labels == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1])
    let written = DatasetFixture.pixels(count: 30, mark: 1)
    let images = stride(from: 0, to: written.count, by: 16).map { Array(written[$0..<$0 + 16]) }
    #expect(Set(data.training.images + data.validation.images) == Set(images))
    let training = data.training
    #expect([training.count, data.validation.count, training.imageSize, training.channels] == [20, 10, 4, 1])
    for (image, label) in zip(training.images, training.labels) { #expect(image[2] % 10 == label) }
  }

  @Test(arguments: [false, true])
  func `IDX files are read with a point in their names too`(compressed: Bool) throws {
    try DatasetFixture.writeIDX(to: folder, training: 30, test: 12, compressed: compressed, pointed: true)
    #expect(try folder.entries().allSatisfy { $0.contains("s.idx") })
    let data = try Dataset(DatasetFixture.specification(folder.path, validation: 10))
    #expect(data.test.pixels == DatasetFixture.pixels(count: 12, mark: 2))
    #expect(data.training.count == 20 && data.validation.count == 10)
  }

  @Test func `A relative path is relative to the given folder`() throws {
    try DatasetFixture.writeIDX(to: folder)
    let parts = folder.path.split(separator: "/")
    let parent = "/" + parts.dropLast().joined(separator: "/")
    let data = try Dataset(DatasetFixture.specification(String(parts.last ?? "")), relativeTo: parent)
    #expect(data.training.count == 80)
  }

  @Test func `Training, validation and test never share an image`() throws {
    try DatasetFixture.writeIDX(to: folder, training: 300, test: 50)
    let data = try Dataset(DatasetFixture.specification(folder.path, validation: 100))
    let sets = [data.training, data.validation, data.test].map { Set($0.images) }
    #expect(sets.map(\.count) == [200, 100, 50])
    #expect(sets[0].isDisjoint(with: sets[1]))
    #expect(sets[2].isDisjoint(with: sets[0].union(sets[1])))
  }

  @Test func `The split keeps the proportions of the classes`() throws {
    // 100 images: 40 of class 0, 20 each of 1, 2 and 3.
    try DatasetFixture.writeIDX(to: folder, training: 100, test: 50, labels: [0, 0, 1, 2, 3])
    let data = try Dataset(DatasetFixture.specification(folder.path, validation: 25, training: 50, test: 20))
    let none = [Int](repeating: 0, count: 6)
    #expect(data.validation.classCounts == [10, 5, 5, 5] + none)
    #expect(data.training.classCounts == [20, 10, 10, 10] + none)
    #expect(data.test.classCounts == [8, 4, 4, 4] + none)
    // Shares of 13 images: 5.2, 2.6, 2.6, 2.6.
    let odd = try Dataset(DatasetFixture.specification(folder.path, validation: 13))
    #expect(odd.validation.classCounts == [5, 3, 3, 2] + none)
  }

  @Test func `The split is a function of its seed`() throws {
    try DatasetFixture.writeIDX(to: folder)
    func validation(_ seed: UInt64) throws -> [UInt8] {
      try Dataset(DatasetFixture.specification(folder.path, seed: seed)).validation.pixels
    }
    #expect(try validation(1) == validation(1))
    #expect(try validation(1) != validation(2))
  }

  @Test func `Limits above what there is take everything`() throws {
    try DatasetFixture.writeIDX(to: folder)
    let data = try Dataset(DatasetFixture.specification(folder.path, training: .max, test: .max))
    #expect([data.training.count, data.validation.count, data.test.count] == [80, 20, 40])
  }

  @Test(arguments: ["", "cifar-10-batches-bin/"])
  func `CIFAR-10 is read in both layouts`(subfolder: String) throws {
    for batch in 1...5 {
      let records = (0..<4).map { DatasetFixture.cifar(labels: [$0], red: UInt8(batch), green: 7, blue: $0) }
      try folder.write(records.flatMap(\.self), to: "\(subfolder)data_batch_\(batch).bin")
    }
    try folder.write(DatasetFixture.cifar(labels: [9], red: 255, green: 0, blue: 51), to: "\(subfolder)test_batch.bin")
    let data = try Dataset(DatasetFixture.specification(folder.path, format: .cifar10, validation: 4))
    #expect(data.training.classCounts == [4, 4, 4, 4, 0, 0, 0, 0, 0, 0])
    #expect([data.test.imageSize, data.test.channels, data.test.classCount] == [32, 3, 10])
    #expect(data.test.labels == [9])
    let ends = [0, 1023, 1024, 2047, 2048, 3071].map { (index: Int) -> UInt8 in data.test.pixels[index] }
    #expect(ends == [255, 255, 0, 0, 51, 51])
    for (image, label) in zip(data.training.images, data.training.labels) { #expect(image.last == label) }
  }

  @Test(arguments: ["", "cifar-100-binary/"])
  func `CIFAR-100 is read with its fine labels`(subfolder: String) throws {
    let records = (0..<10).map { DatasetFixture.cifar(labels: [19, 90 + $0], red: 1, green: 2, blue: 3) }
    try folder.write(records.flatMap(\.self), to: "\(subfolder)train.bin")
    try folder.write(DatasetFixture.cifar(labels: [0, 99], red: 4, green: 5, blue: 6), to: "\(subfolder)test.bin")
    let data = try Dataset(DatasetFixture.specification(folder.path, format: .cifar100, validation: 3))
    #expect(data.test.labels == [99] && data.test.classCount == 100)
    #expect(Set(data.training.labels + data.validation.labels) == Set(90...99))
  }

  /// Means and deviations by their definition, in double precision: equal up to the rounding to `Float`.
  @Test func `Normalization holds the moments of each channel of the training images`() throws {
    let pixels: [UInt8] = [0, 51, 102, 255, 9, 9, 9, 9, 255, 255, 0, 0, 9, 9, 9, 9]
    let set = ImageSet(imageSize: 2, channels: 2, classCount: 1, pixels: pixels, labels: [0, 0])
    let normalization = Normalization(of: set)
    let first = [0, 0.2, 0.4, 1, 1, 1, 0, 0]
    let mean = first.reduce(0, +) / 8
    let deviation = (first.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 8).squareRoot()
    #expect(abs(normalization.mean[0] - Float(mean)) <= Float(mean).ulp)
    #expect(abs(normalization.standardDeviation[0] - Float(deviation)) <= Float(deviation).ulp)
    #expect(normalization.mean[1] == 9.0 / 255)
    #expect(normalization.standardDeviation[1] == 1, "a constant channel must not be divided by zero")

    try DatasetFixture.writeIDX(to: folder)
    let data = try Dataset(DatasetFixture.specification(folder.path))
    #expect(data.normalization == Normalization(of: data.training))
  }
}
