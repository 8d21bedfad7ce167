internal import ViTNumerics
internal import Yams

/// Reads a mapping key by key; the keys asked for are those that are allowed.
///
/// Every reading function reports what is wrong and then returns nil, so that reading goes on to the next key.
final class MappingReader {
  let document: DocumentReader
  /// Where the mapping stands, such as "rule.heads"; empty for the document itself.
  let path: String
  let node: Node
  private var entries: [(key: String, keyNode: Node, value: Node)] = []
  private var indices: [String: Int] = [:]
  private var asked: [String] = []

  /// Nil, and a report, when `node` is no mapping.
  init?(_ node: Node, path: String, expected: String = "a mapping", in document: DocumentReader) {
    self.document = document
    self.path = path
    self.node = node
    guard let mapping = node.mapping else {
      document.report("\(node.found) for \(path.isEmpty ? "the document" : path)", "expected \(expected)", at: node)
      return nil
    }
    for (keyNode, value) in mapping {
      guard let key = document.keyText(keyNode) else {
        document.report("\(keyNode.found) as a key", "expected a word", at: keyNode)
        continue
      }
      if let first = indices[key] {
        let line = entries[first].keyNode.mark?.line ?? 1
        document.report("duplicate key \"\(key.briefly)\"", "it is already given at line \(line)", at: keyNode)
        continue
      }
      indices[key] = entries.count
      entries.append((key, keyNode, value))
    }
  }

  var keys: [String] { entries.map(\.key) }

  func place(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// The value of `key`; `required` says what is expected where its absence is a mistake.
  func value(_ key: String, required expectation: String? = nil) -> Node? {
    if !asked.contains(key) { asked.append(key) }
    if let index = indices[key] { return entries[index].value }
    if let expectation {
      document.report(
        "key \"\(key)\" is missing\(path.isEmpty ? "" : " in \(path)")", "expected \(expectation)", at: node)
    }
    return nil
  }

  func mapping(_ key: String, required: Bool = false) -> MappingReader? {
    value(key, required: required ? "a mapping" : nil).flatMap { MappingReader($0, path: place(key), in: document) }
  }

  /// Reports every key that was not asked for. Call once, at the end.
  func close() {
    for entry in entries where !asked.contains(entry.key) {
      document.report(
        "unknown key \"\(entry.key.briefly)\"\(path.isEmpty ? "" : " in \(path)")",
        DocumentReader.suggestion(for: entry.key, among: asked), at: entry.keyNode)
    }
  }

  /// A scalar that `convert` accepts; `expected` describes what it accepts.
  func scalar<T>(
    _ key: String, _ expected: String, required: Bool = false, _ convert: (String) -> T?
  ) -> T? {
    guard let node = value(key, required: required ? expected : nil) else { return nil }
    if let text = node.scalar?.string, let value = convert(text) { return value }
    document.report("\(node.found) for \(place(key))", "expected \(expected)", at: node)
    return nil
  }
}

extension MappingReader {
  func text(_ key: String, required: Bool = false) -> String? {
    scalar(key, "text", required: required) { $0.isEmpty ? nil : $0 }
  }

  func bool(_ key: String) -> Bool? {
    scalar(key, "true or false") { ["true": true, "false": false][$0] }
  }

  func int(_ key: String, in range: ClosedRange<Int>, required: Bool = false) -> Int? {
    scalar(key, "a whole number from \(range.lowerBound) to \(range.upperBound)", required: required) {
      guard let value = NumberText.number($0), let whole = Int(exactly: value) else { return nil }
      return range.contains(whole) ? whole : nil
    }
  }

  func seed(_ key: String) -> UInt64? {
    scalar(key, "a whole number from 0 to \(UInt64.max)") {
      UInt64($0.replacing("_", with: ""))
    }
  }

  func number(_ key: String, in interval: Interval) -> Double? {
    scalar(key, "a number \(interval)") {
      guard let value = NumberText.number($0), interval.contains(value) else { return nil }
      return value
    }
  }

  /// A list of numbers, or a single one.
  func numbers(_ key: String, in interval: Interval) -> [Double]? {
    guard let node = value(key) else { return nil }
    guard let items = node.sequence else { return number(key, in: interval).map { [$0] } }
    var numbers: [Double] = []
    for item in items {
      guard let number = (item.scalar?.string).flatMap(NumberText.number), interval.contains(number) else {
        document.report("\(item.found) in \(place(key))", "expected numbers \(interval)", at: item)
        return nil
      }
      numbers.append(number)
    }
    if numbers.isEmpty { document.report("an empty list for \(place(key))", "expected a number \(interval)", at: node) }
    return numbers.isEmpty ? nil : numbers
  }

  func choice<T: CaseIterable & RawRepresentable<String>>(_ key: String, required: Bool = false) -> T? {
    let allowed = T.allCases.map(\.rawValue)
    let expected = "one of: \(allowed.joined(separator: ", "))"
    guard let node = value(key, required: required ? expected : nil) else { return nil }
    if let text = node.scalar?.string {
      if let value = T(rawValue: text) { return value }
      let hint = Spelling.nearest(to: text, among: allowed).map { "did you mean \"\($0)\"? " } ?? ""
      document.report("\(node.found) for \(place(key))", "\(hint)expected \(expected)", at: node)
    } else {
      document.report("\(node.found) for \(place(key))", "expected \(expected)", at: node)
    }
    return nil
  }
}

/// A range of numbers that says whether its lower end belongs to it.
struct Interval: Hashable, Sendable, CustomStringConvertible {
  var lower: Double
  var upper: Double
  var excludesLower = false

  static func from(_ lower: Double, through upper: Double) -> Interval { Interval(lower: lower, upper: upper) }
  static func above(_ lower: Double, through upper: Double) -> Interval {
    Interval(lower: lower, upper: upper, excludesLower: true)
  }

  func contains(_ value: Double) -> Bool { (excludesLower ? value > lower : value >= lower) && value <= upper }

  var description: String {
    let unit = RuleUnit.plain
    return excludesLower
      ? "above \(unit.text(lower)) and at most \(unit.text(upper))" : "from \(unit.text(lower)) to \(unit.text(upper))"
  }
}
