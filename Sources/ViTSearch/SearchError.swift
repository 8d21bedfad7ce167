/// Why a search cannot start or go on.
package struct SearchError: Error, Hashable, CustomStringConvertible, Sendable {
  package enum Code: Sendable {
    /// The document leaves nothing to search for, or names something it does not define.
    case badSpace
    /// No drawn architecture meets every constraint.
    case nothingFeasible
    /// A latency target lies outside what the feasible architectures reach.
    case unreachableTarget
    /// The latency model cannot speak for an architecture that the search needs.
    case unpredictable
    /// The space or its settings differ from those the study was started with.
    case spaceChanged
    /// There is no study, or none that is finished, where one is needed.
    case noStudy
    /// The study folder does not hold what it should.
    case badStudy
    /// Every training diverged.
    case everythingFailed
  }

  package let code: Code
  /// What was found, where, and what was expected.
  package let description: String

  package init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
