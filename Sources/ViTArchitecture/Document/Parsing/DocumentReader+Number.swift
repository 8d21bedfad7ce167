internal import ViTNumerics
internal import Yams

extension DocumentReader {
  /// Whether a mapping is an open number rather than something else.
  static func isOpenNumber(_ node: Node) -> Bool {
    guard let mapping = node.mapping else { return false }
    return mapping.contains { ["from", "through", "step", "choices", "log"].contains($0.key.scalar?.string) }
  }

  /// A number of the rule: written out, named, or open.
  ///
  /// - Parameter kind: What it may be; nil for a number of the section `numbers`, whose uses decide.
  func number(_ node: Node, path: String, _ kind: NumberKind?) -> RuleNumber? {
    switch node {
    case .scalar: return fixedOrNamed(node, path: path, kind)
    case .mapping where DocumentReader.isOpenNumber(node):
      guard let map = MappingReader(node, path: path, in: self), let open = openNumber(map, kind) else { return nil }
      openNumbers.append(open)
      return RuleNumber(open: openNumbers.count - 1, unit: open.unit)
    default:
      let forms = "an open number such as {from: 2, through: 4, step: 1} or {choices: [1, 2, 4]}"
      report("\(node.found) for \(path)", "expected \(kind.map { $0.expected + ", or " } ?? "")\(forms)", at: node)
      return nil
    }
  }

  private func fixedOrNamed(_ node: Node, path: String, _ kind: NumberKind?) -> RuleNumber? {
    if let (value, unit) = written(node, path: path, kind, reportsOthers: false) {
      return RuleNumber(value, unit: unit)
    }
    let expected = kind?.expected ?? "a number"
    guard let text = node.scalar?.string, NumberText.ruleNumber(text) == nil else {
      if node.scalar?.string == nil { report("\(node.found) for \(path)", "expected \(expected)", at: node) }
      return nil
    }
    guard let kind, let named = namedNumbers[text] else {
      let isWord = text.first?.isLetter == true && ![".inf", "nan", "inf", "infinity"].contains(text.lowercased())
      let hint =
        kind != nil && isWord && !namedNumbers.isEmpty
        ? ", or a name from numbers (\(DocumentReader.suggestion(for: text, among: namedNumbers.keys.sorted())))" : ""
      report("\(node.found) for \(path)", "expected \(expected)\(hint)", at: node)
      return nil
    }
    namedNumbers[text]?.isUsed = true
    return check(named.number, name: text, kind, path: path, at: node) ? named.number : nil
  }

  /// Whether a named number may stand here.
  private func check(_ number: RuleNumber, name: String, _ kind: NumberKind, path: String, at node: Node) -> Bool {
    let (least, greatest, isWhole) =
      switch number.source {
      case .fixed(let value): (value, value, value == value.rounded())
      case .open(let index):
        (openNumbers[index].domain.minimum, openNumbers[index].domain.maximum, openNumbers[index].domain.isWhole)
      }
    let text = number.unit.text
    if let interval = kind.interval(number.unit), interval.contains(least), interval.contains(greatest),
      isWhole || !kind.isWhole || number.unit != .plain
    {
      return true
    }
    let span = least == greatest ? text(least) : "\(text(least)) to \(text(greatest))"
    let fractions = isWhole ? "" : ", fractions included"
    report("\"\(name)\" (\(span)\(fractions)) for \(path)", "expected \(kind.expected)", at: node)
    return false
  }

  /// A number that is written out, with its unit.
  private func written(
    _ node: Node, path: String, _ kind: NumberKind?, reportsOthers: Bool = true
  ) -> (Double, RuleUnit)? {
    let expected = kind?.expected ?? "a number"
    guard let text = node.scalar?.string, let (value, unit) = NumberText.ruleNumber(text) else {
      if reportsOthers { report("\(node.found) for \(path)", "expected \(expected)", at: node) }
      return nil
    }
    let interval = kind == nil ? .from(-1e9, through: 1e9) : kind?.interval(unit)
    let isWhole = kind?.isWhole != true || unit != .plain || value == value.rounded()
    guard let interval, interval.contains(value), isWhole else {
      report("\(node.found) for \(path)", "expected \(expected)", at: node)
      return nil
    }
    return (value, unit)
  }

  private func openNumber(_ map: MappingReader, _ kind: NumberKind?) -> OpenNumber? {
    let isChoice = map.keys.contains("choices")
    let result = isChoice ? choices(map, kind) : range(map, kind)
    map.close()
    return result.map { OpenNumber(path: map.path, domain: $0.0, unit: $0.1) }
  }

  private func choices(_ map: MappingReader, _ kind: NumberKind?) -> (Domain, RuleUnit)? {
    guard let node = map.value("choices") else { return nil }
    guard let list = node.sequence, !list.isEmpty else {
      report(
        "\(node.sequence == nil ? node.found : "an empty list") for \(map.place("choices"))",
        "expected a list of at least one number, such as [1, 2, 4]", at: node)
      return nil
    }
    var values: [(value: Double, unit: RuleUnit)] = []
    for (index, item) in list.enumerated() {
      guard let entry = written(item, path: "\(map.place("choices"))[\(index + 1)]", kind) else { continue }
      if values.contains(where: { $0 == entry }) {
        report("\(item.found) twice in \(map.place("choices"))", "expected each choice once", at: item)
      } else if let first = values.first, first.unit != entry.1 {
        report("\(item.found) in \(map.place("choices"))", "expected the unit of the first choice", at: item)
      } else {
        values.append(entry)
      }
    }
    guard values.count == list.count, let unit = values.first?.unit else { return nil }
    return (.choices(values.map(\.value)), unit)
  }

  private func range(_ map: MappingReader, _ kind: NumberKind?) -> (Domain, RuleUnit)? {
    func end(_ key: String) -> (node: Node, value: Double, unit: RuleUnit)? {
      guard let node = map.value(key, required: kind?.expected ?? "a number") else { return nil }
      return written(node, path: map.place(key), kind).map { (node, $0.0, $0.1) }
    }
    let (from, through) = (end("from"), end("through"))
    let logarithmic = map.bool("log") ?? false
    let stepNode = map.value("step")
    guard let from, let through else { return nil }
    guard from.unit == through.unit else {
      report("\(through.node.found) for \(map.place("through"))", "expected the unit of \"from\"", at: through.node)
      return nil
    }
    let text = from.unit.text
    guard from.value <= through.value else {
      report(
        "an empty range from \(text(from.value)) through \(text(through.value)) for \(map.path)",
        "expected \"from\" not to be above \"through\"", at: from.node)
      return nil
    }
    guard !logarithmic || from.value > 0 else {
      report("\(from.node.found) for \(map.place("from"))", "expected a number above 0 with log", at: from.node)
      return nil
    }
    var step = kind?.isWhole == true && from.unit == .plain ? 1.0 : nil
    if let stepNode {
      let limit = NumberKind(
        plain: .above(0, through: 1e9), timesEmbedding: .above(0, through: 1e9),
        percentOfDepth: .above(0, through: 100))
      guard let (value, unit) = written(stepNode, path: map.place("step"), limit) else { return nil }
      let isWhole = step == nil || value == value.rounded()
      guard unit == from.unit, isWhole else {
        report(
          "\(stepNode.found) for \(map.place("step"))",
          unit == from.unit ? "expected a whole number" : "expected the unit of \"from\"", at: stepNode)
        return nil
      }
      step = value
    }
    guard let step, from.value < through.value || stepNode != nil || kind?.isWhole == true else {
      return (.continuous(from: from.value, through: through.value, logarithmic: logarithmic), from.unit)
    }
    let count = ((through.value - from.value) / step).rounded()
    guard count < 1e6 else {
      report(
        "\(stepNode?.found ?? "1") for \(map.place("step"))", "expected at most 1000000 steps",
        at: stepNode ?? map.node)
      return nil
    }
    guard abs(from.value + count * step - through.value) <= 1e-9 * max(step, abs(through.value)) else {
      let last = from.value + ((through.value - from.value) / step).rounded(.down) * step
      report(
        "steps of \(text(step)) from \(text(from.value)) that miss \(text(through.value)) in \(map.path)",
        "expected \"through\" to be reached, such as \(text(last))", at: through.node)
      return nil
    }
    return (.stepped(from: from.value, step: step, count: Int(count) + 1, logarithmic: logarithmic), from.unit)
  }
}
