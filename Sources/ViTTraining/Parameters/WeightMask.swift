package import ViTArchitecture
internal import ViTKernels

/// Which weights of a model take part in a training; the others are zero and stay so.
package struct WeightMask: Sendable {
  package let architecture: Architecture
  /// Weights that are zero.
  package private(set) var droppedCount = 0
  /// For every float of an arena, whether it is free to change.
  private var isKept: [Bool]

  /// Every weight takes part.
  package init(_ architecture: Architecture) {
    self.architecture = architecture
    isKept = Array(repeating: true, count: ParameterTable(architecture).floatCount)
  }

  /// Takes a weight out.
  ///
  /// - Parameter index: In the arena, as `ParameterTable` counts.
  package mutating func drop(_ index: Int) {
    if isKept[index] { droppedCount += 1 }
    isKept[index] = false
  }

  /// Sets what does not take part to zero, bit for bit, in a copy of the weights.
  package func applied(to weights: ModelWeights) -> ModelWeights {
    precondition(architecture == weights.architecture, "the mask is another architecture's")
    let copy = ModelWeights(zeroed: weights.architecture)
    copy.copy(from: weights.arena.vector)
    apply(to: copy.arena.vector)
    return copy
  }

  /// Sets what does not take part to zero in an arena: weights, gradients, moments or averages. Allocates nothing.
  func apply(to arena: Vector) { ArrayOperations.keep(arena, where: isKept.span) }

  /// The same in a part of an arena.
  ///
  /// - Parameter range: What of the arena is given.
  func apply(to part: Vector, range: Range<Int>) {
    ArrayOperations.keep(part, where: isKept.span.extracting(range))
  }
}
