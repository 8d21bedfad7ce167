package import ViTArchitecture
internal import ViTKernels

/// The weights of one model, in one arena.
package final class ModelWeights {
  package let architecture: Architecture
  package let table: ParameterTable
  let arena: FloatBuffer

  /// Fresh weights drawn from `seed`.
  package init(_ architecture: Architecture, seed: UInt64) {
    self.architecture = architecture
    table = ParameterTable(architecture)
    arena = FloatBuffer(count: table.floatCount)
    table.initialize(arena.pointer, seed: seed)
  }

  /// Zeros in every tensor, to be filled.
  package init(zeroed architecture: Architecture) {
    self.architecture = architecture
    table = ParameterTable(architecture)
    arena = FloatBuffer(count: table.floatCount)
  }

  /// The weights' memory, laid out as `table` says.
  package var pointer: UnsafeMutablePointer<Float> { arena.pointer }

  /// The elements of a tensor, row-major; nil if the model has none of that name.
  package func values(of name: String) -> [Float]? {
    guard let entry = table.entries.first(where: { $0.name == name }) else { return nil }
    return Array(arena.elements[entry.range])
  }

  /// Replaces the elements of a tensor.
  ///
  /// - Returns: Whether the model has a tensor of that name with as many elements.
  @discardableResult
  package func setValues(of name: String, to values: [Float]) -> Bool {
    guard let entry = table.entries.first(where: { $0.name == name }), entry.count == values.count else { return false }
    (arena.pointer + entry.offset).update(from: values, count: values.count)
    return true
  }

  /// Takes over the values of `other`, a model of the same architecture.
  func copy(from other: UnsafePointer<Float>) {
    arena.pointer.update(from: other, count: table.floatCount)
  }
}
