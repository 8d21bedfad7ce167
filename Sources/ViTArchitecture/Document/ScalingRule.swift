/// A function from (E, depth position) to the four dimensions of a block, with some numbers fixed and some open.
public struct ScalingRule: Sendable {
  /// The numbers left open, in document order; each is one axis of the unit cube that samplers draw from.
  public var openNumbers: [OpenNumber] { [] }

  /// The concrete architecture at a point of the unit cube.
  ///
  /// - Parameter point: One coordinate in [0, 1) for each of `openNumbers`.
  /// - Throws: `ArchitectureError` if the dimensions there make no valid architecture.
  public func architecture(at point: [Double]) throws(ArchitectureError) -> Architecture {
    throw ArchitectureError("not yet written")
  }
}

/// A number of a rule that the search may choose.
public struct OpenNumber: Hashable, Sendable {
  /// Its place in the document, such as "rule.mlp-hidden.base".
  public var path: String
}
