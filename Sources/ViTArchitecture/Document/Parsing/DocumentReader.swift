internal import Yams

/// One pass over a document: collects mistakes and the open numbers found on the way.
final class DocumentReader {
  let path: String
  private let renamed: [Unicode.Scalar: String]
  private(set) var mistakes: [DocumentError.Mistake] = []
  private var known: Set<DocumentError.Mistake> = []
  var openNumbers: [OpenNumber] = []
  var namedNumbers: [String: NamedNumber] = [:]

  /// A number of the section `numbers`.
  struct NamedNumber {
    var number: RuleNumber
    var node: Node
    var isUsed = false
  }

  init(path: String, yaml: YAMLText) {
    self.path = path
    renamed = yaml.renamed
  }

  func report(_ found: String, _ allowed: String, at node: Node) {
    let mark = node.mark
    let mistake = DocumentError.Mistake(
      line: mark?.line ?? 1, column: mark?.column ?? 1, found: found, allowed: allowed)
    // A node that several aliases name is visited several times.
    if known.insert(mistake).inserted { mistakes.append(mistake) }
  }

  /// The text of a mapping's key; nil for a key that is a list or a mapping.
  func keyText(_ node: Node) -> String? {
    guard let text = node.scalar?.string else { return nil }
    return text.unicodeScalars.first.flatMap { renamed[$0] } ?? text
  }

  /// `word` in quotation marks, with the nearest of `known`.
  static func suggestion(for word: String, among known: [String]) -> String {
    let list = known.isEmpty ? "none is defined" : "allowed: \(known.joined(separator: ", "))"
    return Spelling.nearest(to: word, among: known).map { "did you mean \"\($0)\"? \(list)" } ?? list
  }
}

extension Node {
  /// What stands here, for a message.
  var found: String {
    switch self {
    case .scalar(let scalar):
      scalar.string.isEmpty && scalar.style == .plain ? "nothing" : "\"\(scalar.string.briefly)\""
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .alias: "an alias"
    }
  }
}

extension String {
  /// At most forty characters, on one line, without control characters.
  var briefly: String {
    let head = String(prefix(40).map { $0.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 } ? $0 : "?" })
    return count > 40 ? head + "…" : head
  }
}
