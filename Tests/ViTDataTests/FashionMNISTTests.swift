import Foundation
import Testing
import ViTArchitecture
import ViTData

private let folder = "/usr/share/datasets/fashion-mnist"

@Suite(.enabled(if: FileManager.default.fileExists(atPath: folder), "needs the Debian package dataset-fashion-mnist"))
struct `Fashion-MNIST` {
  /// The counts and the first labels of the published files; the widely used moments of its training set, 0.2860 and
  /// 0.3530, to the digits given.
  @Test func `The installed files hold what was published`() throws {
    let data = try Dataset(DatasetSpecification(format: .idx, path: folder, validationCount: 10))
    #expect(data.training.count == 59_990 && data.validation.count == 10 && data.test.count == 10_000)
    #expect(data.training.imageSize == 28)
    #expect(data.training.classCounts == Array(repeating: 5_999, count: 10))
    #expect(data.test.classCounts == Array(repeating: 1_000, count: 10))
    #expect(data.training.labels.prefix(10) == [9, 0, 0, 3, 0, 2, 7, 2, 5, 5])
    #expect(data.test.labels.prefix(10) == [9, 2, 1, 1, 6, 1, 4, 6, 5, 7])
    let whole = Normalization(
      of: ImageSet(
        imageSize: 28, channels: 1, classCount: 10, pixels: data.training.pixels + data.validation.pixels,
        labels: data.training.labels + data.validation.labels))
    #expect((whole.mean[0] * 10_000).rounded() == 2860)
    #expect((whole.standardDeviation[0] * 10_000).rounded() == 3530)
  }
}
