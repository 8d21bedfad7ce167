/// Words of a command line as a shell reads them, so that what a message advises can be copied.
package enum ShellWord {
  /// The word, between single quotes where a POSIX shell would take any of it for more than itself.
  ///
  /// Source: POSIX.1-2017, Shell Command Language, 2.2 and 2.2.2.
  package static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty && word.unicodeScalars.allSatisfy { plain.contains($0) || $0.value > 127 && !isBlank($0) }
    return isPlain ? word : "'" + word.replacing("'", with: #"'\''"#) + "'"
  }

  /// A command and its arguments.
  package static func line(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

  /// A path as an argument that stands alone: one that begins with a dash would be taken for an option.
  package static func argument(path: String) -> String { path.hasPrefix("-") ? "./" + path : path }

  private static let plain = Set(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-".unicodeScalars)

  /// What some shells split at beyond ASCII, and what cannot be seen.
  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || scalar.properties.isDefaultIgnorableCodePoint
      || scalar.properties.generalCategory == .control
  }
}
