/// A line that a worker cannot answer.
package struct WorkerError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: Hashable, Sendable {
    /// The input ended before it said what to work on.
    case emptyInput
    /// None of the worker's commands, or not where it stands.
    case unknownCommand
    /// A value out of its range.
    case badValue
  }

  package let code: Code
  /// Place, what was found and what was expected.
  package let description: String

  init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
