/// Pruned models that cannot be mined: what was found, where, and what was expected.
package struct RegularityError: Error, CustomStringConvertible, Sendable {
  package let description: String

  init(_ description: String) { self.description = description }
}
