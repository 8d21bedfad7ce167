/// Pruned models that cannot be mined: what was found, where, and what was expected.
public struct RegularityError: Error, CustomStringConvertible, Sendable {
  public let description: String

  init(_ description: String) { self.description = description }
}
