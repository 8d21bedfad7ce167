package import ViTFiles

/// Why a document is no search space: every mistake found in one pass, in the order of the lines.
package struct DocumentError: Error, CustomStringConvertible, Sendable {
  /// One mistake and its place.
  package struct Mistake: Hashable, Sendable, Codable {
    /// Counted from 1.
    package var line: Int
    /// Counted from 1, in Unicode scalars.
    package var column: Int
    /// What stands there, such as `unknown key "dept" in architecture`.
    package var found: String
    /// What may stand there, such as `did you mean "depth"?`.
    package var allowed: String
  }

  /// The document's path, as it was given.
  package let path: String
  /// Never empty unless `fileError` is set.
  package let mistakes: [Mistake]
  /// Set when the file could not be read as text; there are no mistakes then.
  package let fileError: FileError?

  package init(path: String, mistakes: [Mistake]) {
    self.path = path
    self.mistakes = mistakes.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    fileError = nil
  }

  package init(path: String, fileError: FileError) {
    self.path = path
    mistakes = []
    self.fileError = fileError
  }

  /// One line for each mistake: `file:line:column: what was found; what is allowed`.
  package var lines: [String] {
    if let fileError { return [fileError.description] }
    return mistakes.map { "\(path):\($0.line):\($0.column): \($0.found); \($0.allowed)" }
  }

  package var description: String {
    mistakes.count > 1 ? "\(mistakes.count) mistakes\n" + lines.joined(separator: "\n") : lines.joined()
  }
}
