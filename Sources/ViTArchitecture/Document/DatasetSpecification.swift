/// Which images a study trains, ranks and tests on.
public struct DatasetSpecification: Hashable, Sendable, Codable {
  public enum Format: String, Hashable, Sendable, Codable, CaseIterable {
    /// The IDX files of MNIST and Fashion-MNIST, plain or gzip-compressed.
    case idx
    /// The binary version of CIFAR-10.
    case cifar10 = "cifar-10"
    /// The binary version of CIFAR-100, fine labels.
    case cifar100 = "cifar-100"
  }

  public var format: Format
  /// Folder that holds the files.
  public var path: String
  /// Images split off the training set to rank candidates on.
  public var validationCount: Int
  /// Upper limit on the training images that remain; nil takes all.
  public var trainingLimit: Int?
  /// Upper limit on the test images; nil takes all.
  public var testLimit: Int?
  /// Seed of the split; every trial of a study shares it.
  public var splitSeed: UInt64

  public init(
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
