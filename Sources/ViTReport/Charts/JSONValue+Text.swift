internal import ViTFiles

extension JSONValue {
  /// On one line, for a script element of HTML: nothing in it ends the element, or begins a comment or entity there.
  var scriptText: String {
    // Outside strings, JSON has none of these characters.
    var result = ""
    for scalar in compactText.unicodeScalars {
      switch scalar {
      case "<", ">", "&": result += JSONValue.escape(scalar)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// On one line.
  var compactText: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .number(let value): JSONValue.text(value)
    case .string(let text): JSONValue.quoted(text)
    case .array(let values): "[" + values.map(\.compactText).joined(separator: ", ") + "]"
    case .object(let members):
      "{" + members.map { "\(JSONValue.quoted($0.key)): \($0.value.compactText)" }.joined(separator: ", ") + "}"
    }
  }

  /// Over several lines for people to read: whatever fits on a line of 120 characters stands on one.
  var readableText: String { text(indentation: "", room: 120) + "\n" }

  private func text(indentation: String, room: Int) -> String {
    let line = compactText
    guard line.utf8.count > room else { return line }
    let inner = indentation + "  "
    switch self {
    case .array(let values):
      let items = values.map { inner + $0.text(indentation: inner, room: 118 - inner.count) }
      return "[\n\(items.joined(separator: ",\n"))\n\(indentation)]"
    case .object(let members):
      let items = members.map { key, value in
        let start = "\(inner)\(JSONValue.quoted(key)): "
        return start + value.text(indentation: inner, room: 118 - start.count)
      }
      return "{\n\(items.joined(separator: ",\n"))\n\(indentation)}"
    default: return line
    }
  }

  private static func text(_ number: Double) -> String {
    guard number.isFinite else { return "null" }
    return Int(exactly: number).map(String.init) ?? "\(number)"
  }

  private static func quoted(_ text: String) -> String {
    text.quoted { scalar in
      switch scalar {
      case "\u{0}"..<"\u{20}", "\u{7f}", "\u{2028}", "\u{2029}": escape(scalar)
      default: nil
      }
    }
  }

  /// For scalars of at most four hexadecimal digits.
  private static func escape(_ scalar: Unicode.Scalar) -> String { "\\u" + scalar.value.hexadecimal(digits: 4) }
}
