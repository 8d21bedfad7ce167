internal import Foundation
internal import ViTArchitecture
internal import ViTFiles

/// The folder that holds a published data set.
struct DatasetFolder {
  let path: String
  private let format: DatasetSpecification.Format

  /// The published division of the images.
  struct Published {
    let training: ImageSet
    let test: ImageSet
  }

  init(path: String, format: DatasetSpecification.Format) throws(FileError) {
    self.path = path
    self.format = format
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw FileError(.notFound, path: path, reason: "the folder does not exist; \(format.layout)")
    }
    guard isFolder.boolValue else {
      throw FileError(.cannotRead, path: path, reason: "it is a file, not a folder; \(format.layout)")
    }
  }

  /// - Parameter classes: The model's.
  func load(classes: Int) throws(FileError) -> Published {
    switch format {
    case .idx: try IDXFormat.load(from: self, classes: classes)
    case .cifar10: try CIFARFormat.ten.load(from: self, classes: classes)
    case .cifar100: try CIFARFormat.hundred.load(from: self, classes: classes)
    }
  }

  /// What is wrong with a label that a model of so many classes has no output for; nil where nothing is.
  ///
  /// - Parameter image: Counted from 0.
  static func problem(label: UInt8, ofImage image: Int, classes: Int) -> String? {
    guard label >= classes else { return nil }
    return """
      the label of image \(image + 1) is \(label), expected 0 to \(classes - 1), since the model has \(classes) \
      class\(classes == 1 ? "" : "es")
      """
  }

  /// The first of `names` that exists.
  func file(_ names: [String]) throws(FileError) -> String {
    for name in names where FileManager.default.fileExists(atPath: "\(path)/\(name)") { return "\(path)/\(name)" }
    throw FileError(.notFound, path: "\(path)/\(names[0])", reason: "the file does not exist; \(format.layout)")
  }
}

extension DatasetSpecification.Format {
  /// What the folder must hold and where to get it.
  fileprivate var layout: String {
    switch self {
    case .idx:
      "expected train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, "
        + "each as it is or with .gz (Fashion-MNIST: sudo apt-get install dataset-fashion-mnist, "
        + "then the path /usr/share/datasets/fashion-mnist)"
    case .cifar10:
      "expected data_batch_1.bin to data_batch_5.bin and test_batch.bin, in the folder or in its cifar-10-batches-bin "
        + "(CIFAR-10 binary version, unpacked, from https://www.cs.toronto.edu/~kriz/cifar.html)"
    case .cifar100:
      "expected train.bin and test.bin, in the folder or in its cifar-100-binary "
        + "(CIFAR-100 binary version, unpacked, from https://www.cs.toronto.edu/~kriz/cifar.html)"
    }
  }
}
