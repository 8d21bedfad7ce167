/// Why a run cannot do what it is asked to.
package struct RunError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: Hashable, Sendable {
    /// Settings that make no sense, or not for the files that they name.
    case badSettings
    /// What was asked for cannot be reached.
    case unreachable
    /// The loss stopped being a number.
    case diverged
    /// No latency model speaks for what was asked.
    case noLatencyModel
  }

  package let code: Code
  /// Place, what was found and what was expected.
  package let description: String

  package init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
