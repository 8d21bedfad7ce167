internal import Yams

/// A parsed YAML text whose mappings may repeat keys.
///
/// Yams stops at the first mapping with a repeated key. So that one pass can report them all, the earlier key is
/// renamed in place, to as many private-use scalars as it had, and the text is parsed again.
struct YAMLText {
  let root: Node?
  /// The spelling of renamed keys, by their private-use first scalar.
  let renamed: [Unicode.Scalar: String]

  /// Bounds that no honest document comes near.
  static let byteLimit = 1 << 20
  static let nodeLimit = 20_000
  static let aliasLimit = 16
  /// Repeated keys are looked for until this many are found, or this many bytes have been parsed.
  private static let repetitionLimit = (keys: 64, bytes: 1 << 20)

  init(_ text: String, path: String) throws(DocumentError) {
    guard text.utf8.count <= YAMLText.byteLimit else {
      throw DocumentError(
        path: path, 1, 1, "a document of \(text.utf8.count) bytes", "expected at most \(YAMLText.byteLimit)")
    }
    try YAMLText.checkAliases(text, path: path)

    var text = text
    var renamed: [Unicode.Scalar: String] = [:]
    while true {
      do {
        root = try Yams.compose(yaml: text)
        break
      } catch {
        guard case YamlError.duplicatedKeysInMapping(_, let context) = error,
          let marker = Unicode.Scalar(UInt32(0xE000 + renamed.count)), renamed.count < YAMLText.repetitionLimit.keys,
          renamed.count * text.utf8.count < YAMLText.repetitionLimit.bytes,
          let (changed, key) = YAMLText.renameKey(in: text, at: context.mark, to: marker)
        else { throw DocumentError(path: path, yaml: error, text: text) }
        text = changed
        renamed[marker] = key
      }
    }
    self.renamed = renamed
    if let root { try YAMLText.checkSize(of: root, path: path) }
  }

  /// Aliases can make a short text huge; a few are harmless. Every `*name` with a `&name` somewhere counts, also in
  /// comments, so that none can hide.
  private static func checkAliases(_ text: String, path: String) throws(DocumentError) {
    let names = Set(text.matches(of: /&([0-9A-Za-z_-]+)/).map(\.1))
    guard !names.isEmpty else { return }
    let aliases = text.matches(of: /\*([0-9A-Za-z_-]+)/).filter { names.contains($0.1) }
    guard aliases.count > aliasLimit else { return }
    let before = text[..<aliases[aliasLimit].range.lowerBound]
    let column = before.unicodeScalars.reversed().prefix { $0 != "\n" }.count + 1
    throw DocumentError(
      path: path, before.unicodeScalars.count { $0 == "\n" } + 1, column, "\(aliases.count) aliases",
      "expected at most \(aliasLimit)")
  }

  /// Counts nodes with aliases written out, and stops at the limit.
  private static func checkSize(of root: Node, path: String) throws(DocumentError) {
    var pending = [root]
    var count = 0
    while let node = pending.popLast() {
      count += 1
      guard count + pending.count <= nodeLimit else {
        throw DocumentError(
          path: path, root.mark?.line ?? 1, root.mark?.column ?? 1,
          "more than \(nodeLimit) values, aliases written out",
          "expected a document of at most \(nodeLimit)")
      }
      switch node {
      case .mapping(let mapping): for (key, value) in mapping { pending += [key, value] }
      case .sequence(let sequence): pending += Array(sequence)
      case .scalar, .alias: break
      }
    }
  }

  /// Replaces the scalars of the plain or quoted key at `mark`; nil when none is found there.
  private static func renameKey(in text: String, at mark: Mark, to marker: Unicode.Scalar) -> (String, String)? {
    var scalars = Array(text.unicodeScalars)
    var start = 0
    for _ in 1..<max(mark.line, 1) {
      guard let end = scalars[start...].firstIndex(of: "\n") else { return nil }
      start = end + 1
    }
    start += mark.column - 1
    guard start < scalars.count else { return nil }
    let quote = scalars[start] == "\"" || scalars[start] == "'" ? scalars[start] : nil
    if quote != nil { start += 1 }
    let end = scalars[start...].firstIndex { $0 == (quote ?? ":") || $0 == "\n" } ?? scalars.count
    guard start < end else { return nil }
    let key = String(String.UnicodeScalarView(scalars[start..<end]))
    for index in start..<end { scalars[index] = marker }
    return (String(String.UnicodeScalarView(scalars)), key.trimmingSpaces)
  }
}

extension String {
  fileprivate var trimmingSpaces: String {
    String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }
}

extension DocumentError {
  init(path: String, _ line: Int, _ column: Int, _ found: String, _ allowed: String) {
    self.init(path: path, mistakes: [Mistake(line: line, column: column, found: found, allowed: allowed)])
  }

  /// A text that is no YAML, or more than one document.
  fileprivate init(path: String, yaml error: any Error, text: String) {
    switch error as? YamlError {
    case .composer(_, let problem, let mark, _) where problem.contains("another document"):
      self.init(path: path, mark.line, mark.column, "a second document", "expected one document in a file")
    case .parser(_, let problem, let mark, _) where problem.contains("nesting level"):
      self.init(path: path, mark.line, mark.column, "nesting too deep", "expected at most 1000 levels")
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let reason = [context?.text, problem].compactMap(\.self).joined(separator: ": ")
      // libyaml counts one line more where the last has no line break.
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      let isBehind = mark.line > lines.count
      let (line, column) = isBehind ? (lines.count, (lines.last?.count ?? 0) + 1) : (mark.line, mark.column)
      self.init(path: path, line, column, "no YAML (\(reason))", "expected a YAML document")
    case .reader(let problem, let offset, _, _):
      let before = text.prefix(offset ?? 0)
      let line = before.count { $0.isNewline } + 1
      let column = before.reversed().prefix { !$0.isNewline }.count + 1
      self.init(path: path, line, column, "no YAML (\(problem))", "expected printable UTF-8 text")
    case .duplicatedKeysInMapping(let keys, let context):
      self.init(
        path: path, context.mark.line, context.mark.column, "duplicate key \"\((keys.first ?? "").briefly)\"",
        "each key may be given once")
    default:
      self.init(path: path, 1, 1, "no YAML (\(error))", "expected a YAML document")
    }
  }
}
