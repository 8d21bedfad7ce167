/// A latency that cannot be measured, modelled, predicted or aimed at.
package struct LatencyError: Error, Hashable, CustomStringConvertible, Sendable {
  package enum Code: Hashable, Sendable {
    /// An architecture lies outside what a model or table speaks for.
    case outOfRange
    /// A file's content is not what it should be.
    case malformed
    /// A model or table was made under other conditions than asked for.
    case mismatch
    /// A target is no positive time, or relative to a baseline that there is none of.
    case badTarget
    /// There is nothing to measure or too little to fit.
    case insufficient
    /// A model does not fit into this machine's memory.
    case tooLarge
  }

  package let code: Code
  /// What was found, where, and what was expected.
  package let description: String

  package init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
