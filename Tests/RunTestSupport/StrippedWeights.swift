internal import ViTFiles

/// Weights as other tools write them: tensors, and no metadata but what is given.
package enum StrippedWeights {
  /// Copies a file's tensors.
  ///
  /// - Parameter metadata: Of the file's own entries, those to keep.
  package static func copy(_ path: String, to copy: String, keeping metadata: [String] = []) throws {
    let file = try SafeTensorsFile(contentsOf: path)
    try SafeTensorsFile.write(
      tensors: try file.tensors.map { tensor in
        let values = try file.floats(tensor.name)
        return SafeTensorsFile.NewTensor(tensor.name, shape: tensor.shape, values: values)
      }, metadata: file.metadata.filter { metadata.contains($0.key) }, to: copy)
  }
}
