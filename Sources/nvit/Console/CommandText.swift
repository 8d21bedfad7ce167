/// Commands as a shell takes them.
enum CommandText {
  /// Arguments with spaces are quoted.
  static func line(_ arguments: [String]) -> String {
    arguments.map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " ")
  }
}
