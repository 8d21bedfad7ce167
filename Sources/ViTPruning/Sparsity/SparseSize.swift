package import ViTArchitecture
internal import ViTTraining

/// What a sparsity pattern leaves of an architecture's parameters.
package struct SparseSize: Hashable, Sendable {
  /// Parameters of the dense model.
  package let parameters: Int
  /// Those that the pattern leaves free to differ from zero.
  package let remainingParameters: Int
  /// Tensors that hold the pattern.
  package let sparseLayers: [String]
  /// Of those, the ones whose widths sparse tensor cores cannot use.
  package let unacceleratedLayers: [String]
  /// Tensors of linear layers that stay dense because their inputs fall into no whole groups, with their inputs.
  package let denseLayers: [DenseLayer]

  /// A layer that the pattern does not fit.
  package struct DenseLayer: Hashable, Sendable, Codable {
    package let name: String
    package let inputs: Int
  }

  package init(_ architecture: Architecture, pattern: SparsityPattern) {
    var (removed, sparse, slow, dense) = (0, [String](), [String](), [DenseLayer]())
    for entry in ParameterTable(architecture).entries where SparsityPattern.isMeant(for: entry.name) {
      let inputs = entry.count / entry.shape[0]
      guard pattern.fits(inputs: inputs) else {
        dense.append(DenseLayer(name: entry.name, inputs: inputs))
        continue
      }
      sparse.append(entry.name)
      if !SparsityPattern.isAccelerated(outputs: entry.shape[0], inputs: inputs) { slow.append(entry.name) }
      removed += entry.count / pattern.groupSize * (pattern.groupSize - pattern.keptCount)
    }
    parameters = architecture.parameterCount
    remainingParameters = parameters - removed
    sparseLayers = sparse
    unacceleratedLayers = slow
    denseLayers = dense
  }
}
