internal import ViTArchitecture
package import ViTKernels
package import ViTTraining

/// The tensors of a model in double precision, and the parts of a plain forward pass that need no choice: what
/// reference models are made of.
package struct ReferenceTensors {
  package typealias DoubleMatrix = Reference.DoubleMatrix

  /// By name; tokens and positions without the leading 1 of their shapes, vectors as one row.
  package var matrices: [String: DoubleMatrix] = [:]
  private let architecture: Architecture

  package init(_ weights: ModelWeights) {
    architecture = weights.architecture
    for entry in weights.table.entries {
      let values = (weights.values(of: entry.name) ?? []).map(Double.init)
      let width =
        switch entry.shape.count {
        case 1: entry.count
        case 3: entry.shape[2]
        default: entry.count / entry.shape[0]
        }
      matrices[entry.name] = DoubleMatrix(rows: entry.count / width, columns: width, values: values)
    }
  }

  package subscript(_ name: String) -> DoubleMatrix { matrices[name] ?? DoubleMatrix(rows: 0, columns: 0) }

  /// A linear layer.
  package func linear(_ x: DoubleMatrix, _ name: String) -> DoubleMatrix {
    Reference.product(x, self[name + ".weight"].transposed, bias: self[name + ".bias"].values)
  }

  /// Patch embedding, tokens and positions of one image, (tokens, E).
  package func embed(_ image: [Float]) -> DoubleMatrix {
    let (size, patch, side) = (architecture.imageSize, architecture.patchSize, architecture.patchesPerSide)
    var patches = DoubleMatrix(rows: architecture.patchCount, columns: architecture.patchValues)
    for channel in 0..<architecture.channels {
      for y in 0..<size {
        for x in 0..<size {
          let column = (channel * patch + y % patch) * patch + x % patch
          patches[y / patch * side + x / patch, column] = Double(image[(channel * size + y) * size + x])
        }
      }
    }
    let prefix = self["cls_token"].values + self["dist_token"].values
    let stream = DoubleMatrix(
      rows: architecture.tokenCount, columns: architecture.embedding,
      values: prefix + linear(patches, "patch_embed.proj").values)
    return stream.combined(with: self["pos_embed"], +)
  }

  /// The logits of each head.
  ///
  /// - Parameter x: What leaves the last norm, (tokens, E).
  package func heads(_ x: DoubleMatrix) -> [[Double]] {
    let names = architecture.hasDistillationToken ? ["head", "head_dist"] : ["head"]
    return names.enumerated().map { index, name in
      let row = DoubleMatrix(rows: 1, columns: x.columns, values: (0..<x.columns).map { x[index, $0] })
      return linear(row, name).values
    }
  }
}
