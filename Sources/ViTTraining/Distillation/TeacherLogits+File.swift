package import ViTFiles

extension TeacherLogits {
  private static let schema = "nvit.teacher-logits/1"
  private static let names = ["logits", "logits_distillation"]

  /// Writes a safetensors file with the tensor `logits`, and `logits_distillation` where there are two heads.
  ///
  /// - Throws: `FileError`; the target is then unchanged.
  package func write(to path: String) throws(FileError) {
    var metadata = origin
    metadata["schema"] = TeacherLogits.schema
    metadata["images"] = String(imageCount)
    metadata["images_sha256"] = imagesDigest
    let shape = [imageCount, classCount]
    let values = [logits] + (distillationLogits.map { [$0] } ?? [])
    let tensors = zip(TeacherLogits.names, values).map { name, values in
      SafeTensorsFile.NewTensor(name, shape: shape, values: values)
    }
    try SafeTensorsFile.write(tensors: tensors, metadata: metadata, to: path)
  }

  /// - Throws: `FileError` that names the tensor or metadata entry that is missing or wrong.
  package init(contentsOf path: String) throws(FileError) { try self.init(SafeTensorsFile(contentsOf: path)) }

  /// Whether a file is meant to hold logits rather than weights.
  static func isKind(of file: SafeTensorsFile) -> Bool {
    file.metadata["schema"] == schema || file.tensor(named: names[0]) != nil
  }

  init(_ file: SafeTensorsFile) throws(FileError) {
    func malformed(_ reason: String) -> FileError { FileError(.malformed, path: file.path, reason: reason) }
    guard file.metadata["schema"] == TeacherLogits.schema else {
      let found = file.metadata["schema"].map { "\"\($0)\"" } ?? "absent"
      throw malformed("metadata entry \"schema\" is \(found), expected \"\(TeacherLogits.schema)\"")
    }
    guard let digest = file.metadata["images_sha256"] else {
      throw malformed("metadata entry \"images_sha256\" is missing, expected the digest of labels and images")
    }
    if let other = file.tensors.first(where: { !TeacherLogits.names.contains($0.name) }) {
      throw malformed("tensor \"\(other.name)\" is unknown, expected \(TeacherLogits.names.joined(separator: ", "))")
    }
    guard let shape = file.tensor(named: TeacherLogits.names[0])?.shape else {
      throw malformed("tensor \"\(TeacherLogits.names[0])\" is missing")
    }
    guard shape.count == 2, shape[0] > 0, shape[1] > 0 else {
      throw malformed("tensor \"\(TeacherLogits.names[0])\" has shape \(shape), expected [images, classes]")
    }
    guard file.metadata["images"] == String(shape[0]) else {
      let found = file.metadata["images"].map { "\"\($0)\"" } ?? "absent"
      throw malformed("metadata entry \"images\" is \(found), but the logits are of \(shape[0]) images")
    }
    func read(_ name: String) throws(FileError) -> [Float]? {
      guard let tensor = file.tensor(named: name) else { return nil }
      guard tensor.shape == shape else {
        throw malformed("tensor \"\(name)\" has shape \(tensor.shape), expected \(shape)")
      }
      let values = try file.floats(name)
      if let place = values.firstIndex(where: { !$0.isFinite }) {
        throw malformed(
          "tensor \"\(name)\" holds \(values[place]) for image \(place / shape[1]), class \(place % shape[1]), "
            + "expected finite numbers")
      }
      return values
    }
    self.init(
      imageCount: shape[0], classCount: shape[1], logits: try read(TeacherLogits.names[0]) ?? [],
      distillationLogits: try read(TeacherLogits.names[1]), imagesDigest: digest, origin: file.metadata)
  }
}
