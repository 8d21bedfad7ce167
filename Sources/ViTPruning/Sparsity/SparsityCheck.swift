package import ViTFiles

/// Whether the tensors of a file hold a sparsity pattern.
package struct SparsityCheck: Hashable, Sendable, Codable {
  package let pattern: SparsityPattern
  /// The linear layers of the file's blocks, in the file's order.
  package let layers: [Layer]
  /// Numbers in the file, and those that differ from zero.
  package let parameters: Int
  package let nonZeroParameters: Int

  /// A linear layer's weight.
  package struct Layer: Hashable, Sendable, Codable {
    package let name: String
    package let outputs: Int
    package let inputs: Int
    /// Groups of neighbouring inputs; 0 when the pattern does not fit the layer.
    package let groups: Int
    /// Groups with more weights that differ from zero than the pattern allows.
    package let violations: Int

    /// Whether the pattern fits and holds.
    package var isSparse: Bool { groups > 0 && violations == 0 }
  }

  /// Whether every layer that the pattern fits holds it, and there is at least one.
  package var holds: Bool {
    let fitting = layers.filter { $0.groups > 0 }
    return !fitting.isEmpty && fitting.allSatisfy(\.isSparse)
  }

  private enum CodingKeys: String, SnakeCaseKey { case pattern, layers, parameters, nonZeroParameters }
}

extension SparsityPattern {
  /// Looks at every weight of a safetensors file with timm's names, whoever wrote it.
  ///
  /// - Throws: `FileError` when the file has no linear layers of a vision transformer, or tensors that are not of
  ///   floating point.
  package func check(_ file: SafeTensorsFile) throws(FileError) -> SparsityCheck {
    var layers: [SparsityCheck.Layer] = []
    var (parameters, nonZero) = (0, 0)
    for tensor in file.tensors {
      let values = try file.floats(tensor.name)
      parameters += values.count
      nonZero += values.count { $0 != 0 }
      guard SparsityPattern.isMeant(for: tensor.name) else { continue }
      guard tensor.shape.count == 2, tensor.count > 0 else {
        throw FileError(
          .malformed, path: file.path, reason: "tensor \"\(tensor.name)\" has shape \(tensor.shape), expected a matrix")
      }
      let fits = fits(inputs: tensor.shape[1])
      let groups = fits ? values.count / groupSize : 0
      let violations = (0..<groups).count { group in
        values[group * groupSize..<(group + 1) * groupSize].count { $0 != 0 } > keptCount
      }
      layers.append(
        SparsityCheck.Layer(
          name: tensor.name, outputs: tensor.shape[0], inputs: tensor.shape[1], groups: groups, violations: violations))
    }
    guard !layers.isEmpty else {
      throw FileError(
        .malformed, path: file.path,
        reason: "no tensor is a linear layer of a vision transformer, expected names such as "
          + "\"blocks.0.mlp.fc1.weight\"")
    }
    return SparsityCheck(pattern: self, layers: layers, parameters: parameters, nonZeroParameters: nonZero)
  }
}
