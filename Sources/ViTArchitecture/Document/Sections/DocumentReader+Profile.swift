internal import ViTNumerics
internal import Yams

extension DocumentReader {
  private static let profileNames = ["constant", "linear", "plateau", "bell", "stages", "spline", "list"]

  /// `constant`, or a mapping with one of the profiles' names.
  func profile(_ node: Node, path: String, limit: Double, depth: DepthBounds) -> Profile? {
    let expected = "one profile of: \(DocumentReader.profileNames.joined(separator: ", "))"
    if let text = node.scalar?.string {
      if text == "constant" { return .constant }
      let isName = DocumentReader.profileNames.contains(text)
      report(
        "\(node.found) for \(path)",
        isName ? "expected its numbers, as in {\(text): …}" : "expected \(expected)", at: node)
      return nil
    }
    guard let map = MappingReader(node, path: path, expected: expected, in: self) else { return nil }
    guard map.keys.count == 1 else {
      report("\(map.keys.count) keys in \(path)", "expected \(expected)", at: node)
      return nil
    }
    defer { map.close() }
    // Every name counts as asked for, so that an unknown one is reported with all of them.
    let values = DocumentReader.profileNames.map { map.value($0) }
    guard let index = values.firstIndex(where: { $0 != nil }), let value = values[index] else { return nil }
    let name = DocumentReader.profileNames[index]
    switch name {
    case "stages": return stages(value, path: map.place(name), limit: limit, depth: depth)
    case "list": return list(name, of: map, .factor, depth: depth).map { .list($0) }
    case "constant":
      report("\(value.found) for \(map.place(name))", "expected \"profile: constant\"", at: value)
      return nil
    default: break
    }
    guard let inner = MappingReader(value, path: map.place(name), in: self) else { return nil }
    defer { inner.close() }
    switch name {
    case "linear": return linear(inner)
    case "plateau": return plateau(inner, depth: depth)
    case "bell": return bell(inner, depth: depth)
    default: return spline(inner, depth: depth)
    }
  }

  private func factor(_ key: String, of map: MappingReader, default value: Double? = nil) -> RuleNumber? {
    let required = value == nil ? NumberKind.factor.expected : nil
    guard let node = map.value(key, required: required) else { return value.map { RuleNumber($0) } }
    return number(node, path: map.place(key), .factor)
  }

  private func linear(_ map: MappingReader) -> Profile? {
    let (first, last) = (factor("first", of: map), factor("last", of: map))
    guard let first, let last else { return nil }
    return .linear(first: first, last: last)
  }

  private func plateau(_ map: MappingReader, depth: DepthBounds) -> Profile? {
    let ends = factor("ends", of: map, default: 1)
    let middle = factor("middle", of: map)
    let rise = position("rise", of: map, .block, required: true, depth: depth)
    let fallNode = map.value("fall")
    let fall = fallNode.map { position($0, path: map.place("fall"), .block, depth: depth) }
    guard let ends, let middle, let rise else { return nil }
    if case .some(.none) = fall { return nil }
    let profile = Profile.plateau(ends: ends, middle: middle, rise: rise, fall: fall ?? nil)
    // Where nothing of it is open, a plateau that falls before it rises is a mistake here and now.
    if let blocks = depth.fixed, rise.isFixed, (fall ?? nil)?.isFixed ?? true {
      let last = (fall ?? nil)?.lastBlock([], depth: blocks) ?? blocks + 1 - rise.firstBlock([], depth: blocks)
      if rise.firstBlock([], depth: blocks) > last {
        report(
          "a plateau that rises at block \(rise.firstBlock([], depth: blocks)) and falls at block \(last) in \(map.path)",
          "expected it to rise first", at: fallNode ?? map.node)
        return nil
      }
    }
    return profile
  }

  private func bell(_ map: MappingReader, depth: DepthBounds) -> Profile? {
    let ends = factor("ends", of: map, default: 1)
    let height = factor("height", of: map)
    let peak = position("peak", of: map, .point, required: false, depth: depth)
    let width = map.value("width", required: NumberKind.length.expected)
      .flatMap { number($0, path: map.place("width"), .length) }
    let hasPeak = map.keys.contains("peak")
    guard let ends, let height, let width, !hasPeak || peak != nil else { return nil }
    let middle = DepthPosition.number(RuleNumber(50, unit: .percentOfDepth))
    return .bell(ends: ends, height: height, peak: peak ?? middle, width: width)
  }

  private func spline(_ map: MappingReader, depth: DepthBounds) -> Profile? {
    let kind: Spline.Kind? = map.choice("kind") ?? (map.keys.contains("kind") ? nil : .steffen)
    let expected = "a list of at least two knots such as {at: 1, factor: 2}"
    guard let node = map.value("knots", required: expected) else { return nil }
    guard let items = node.sequence, items.count >= 2 else {
      let found = node.sequence.map { "\($0.count) knots" } ?? node.found
      report("\(found) for \(map.place("knots"))", "expected \(expected)", at: node)
      return nil
    }
    var knots: [Profile.Knot] = []
    for (index, item) in items.enumerated() {
      let path = "\(map.place("knots"))[\(index + 1)]"
      guard let knot = MappingReader(item, path: path, expected: "a knot such as {at: 1, factor: 2}", in: self) else {
        continue
      }
      let at = position("at", of: knot, .point, required: true, depth: depth)
      let factor = factor("factor", of: knot)
      knot.close()
      if let at, let factor { knots.append(Profile.Knot(position: at, factor: factor)) }
    }
    guard knots.count == items.count, let kind else { return nil }
    if let blocks = depth.fixed, knots.allSatisfy(\.position.isFixed) {
      let points = knots.map { $0.position.point([], depth: blocks) }
      if let index = points.indices.dropFirst().first(where: { points[$0 - 1] >= points[$0] }) {
        report(
          "knot \(index + 1) of \(map.place("knots")) not behind knot \(index)",
          "expected the knots from first block to last", at: items[index])
        return nil
      }
    }
    return .spline(kind: kind, knots: knots)
  }

  func position(
    _ key: String, of map: MappingReader, _ kind: NumberKind, required: Bool, depth: DepthBounds
  ) -> DepthPosition? {
    let expected = "\(kind.expected), or first or last"
    return map.value(key, required: required ? expected : nil)
      .flatMap { position($0, path: map.place(key), kind, depth: depth) }
  }

  /// `first`, `last`, a block counted from 1, or a percentage of the depth.
  func position(_ node: Node, path: String, _ kind: NumberKind, depth: DepthBounds) -> DepthPosition? {
    switch node.scalar?.string {
    case "first": return .first
    case "last": return .last
    default: break
    }
    guard let number = number(node, path: path, kind) else { return nil }
    if number.unit == .plain, let greatest = depth.greatest {
      let value =
        switch number.source {
        case .fixed(let value): value
        case .open(let index): openNumbers[index].domain.maximum
        }
      guard value <= Double(greatest) else {
        report(
          "block \(RuleUnit.plain.text(value)) for \(path)", "expected a block from 1 to \(greatest), the depth",
          at: node)
        return nil
      }
    }
    return .number(number)
  }
}

extension DepthPosition {
  /// Whether nothing about it is open.
  var isFixed: Bool {
    if case .number(let number) = self { number.fixed != nil } else { true }
  }
}
