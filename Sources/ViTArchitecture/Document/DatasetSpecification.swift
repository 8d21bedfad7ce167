/// Which images a study trains, ranks and tests on.
package struct DatasetSpecification: Hashable, Sendable, Codable {
  package enum Format: String, Hashable, Sendable, Codable, CaseIterable {
    /// The IDX files of MNIST and Fashion-MNIST, plain or gzip-compressed.
    case idx
    /// The binary version of CIFAR-10.
    case cifar10 = "cifar-10"
    /// The binary version of CIFAR-100, fine labels.
    case cifar100 = "cifar-100"
  }

  package var format: Format
  /// Folder that holds the files.
  package var path: String
  /// Images split off the training set to rank candidates on.
  package var validationCount: Int
  /// Upper limit on the training images that remain; nil takes all.
  package var trainingLimit: Int?
  /// Upper limit on the test images; nil takes all.
  package var testLimit: Int?
  /// Seed of the split; every trial of a study shares it.
  package var splitSeed: UInt64

  package init(
    format: Format, path: String, validationCount: Int, trainingLimit: Int? = nil, testLimit: Int? = nil,
    splitSeed: UInt64 = 0
  ) {
    self.format = format
    self.path = path
    self.validationCount = validationCount
    self.trainingLimit = trainingLimit
    self.testLimit = testLimit
    self.splitSeed = splitSeed
  }
}
