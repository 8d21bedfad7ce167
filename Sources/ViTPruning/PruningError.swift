/// Why a model cannot be pruned as asked.
package struct PruningError: Error, Hashable, CustomStringConvertible, Sendable {
  package enum Code: Hashable, Sendable {
    /// A latency target lies outside what pruning reaches.
    case unreachableTarget
    /// Targets that contradict each other.
    case badTargets
    /// A latency model or table that does not speak for this pruning.
    case unusableLatency
    /// The loss stopped being a number.
    case diverged
    /// The run was started with other settings than those it is to be resumed with.
    case settingsChanged
  }

  package let code: Code
  /// What was found, where, and what was expected.
  package let description: String

  package init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
