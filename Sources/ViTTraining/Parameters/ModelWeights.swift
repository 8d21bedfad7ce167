package import ViTArchitecture
package import ViTKernels

/// The weights of one model, in one arena.
package final class ModelWeights {
  package let architecture: Architecture
  package let table: ParameterTable
  /// The weights' memory, laid out as `table` says.
  package let arena: FloatBuffer

  /// Fresh weights drawn from `seed`.
  package convenience init(_ architecture: Architecture, seed: UInt64) {
    self.init(zeroed: architecture)
    table.initialize(arena, seed: seed)
  }

  /// Zeros in every tensor, to be filled.
  package init(zeroed architecture: Architecture) {
    self.architecture = architecture
    table = ParameterTable(architecture)
    arena = FloatBuffer(count: table.floatCount)
  }

  /// The elements of a tensor, row-major; nil if the model has none of that name.
  package func values(of name: String) -> [Float]? {
    guard let entry = table.entries.first(where: { $0.name == name }) else { return nil }
    return arena[entry.range].values
  }

  /// Replaces the elements of a tensor.
  ///
  /// - Returns: Whether the model has a tensor of that name with as many elements.
  @discardableResult
  package func setValues(of name: String, to values: [Float]) -> Bool {
    guard let entry = table.entries.first(where: { $0.name == name }), entry.count == values.count else { return false }
    arena[entry.range].copy(from: values)
    return true
  }

  /// Takes over every value of an arena of the same architecture.
  func copy(from other: Vector) { arena.vector.copy(from: other) }
}
