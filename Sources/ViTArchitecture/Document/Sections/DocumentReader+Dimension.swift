internal import Yams

extension DocumentReader {
  /// A dimension: `64`, `4E`, an open number, or a mapping with base, profile, round and floor, or with values.
  ///
  /// - Parameter limit: The greatest width that the engine holds.
  func dimension(_ key: String, of rule: MappingReader, limit: Double, depth: DepthBounds) -> Dimension? {
    let path = rule.place(key)
    guard let node = rule.value(key, required: "a width such as 64 or 4E, or a mapping with \"base\"") else {
      return nil
    }
    if node.sequence != nil {
      report(
        "a list for \(path)",
        "expected {choices: […]} for an open number, or {values: […]} for one width for each block", at: node)
      return nil
    }
    guard node.mapping != nil, !DocumentReader.isOpenNumber(node) else {
      return number(node, path: path, .width(limit)).map { Dimension(base: $0) }
    }
    guard let map = MappingReader(node, path: path, in: self) else { return nil }
    defer { map.close() }
    if map.keys.contains("values") {
      let widths = list("values", of: map, .width(limit), depth: depth)
      return widths.map { Dimension(base: nil, profile: .widths($0)) }
    }
    let base = map.value("base", required: NumberKind.base(limit).expected)
      .flatMap { number($0, path: map.place("base"), .base(limit)) }
    let profile = map.value("profile").map { self.profile($0, path: map.place("profile"), limit: limit, depth: depth) }
    let rounding = map.value("round").map { self.rounding($0, path: map.place("round")) }
    let floor = map.value("floor").map { number($0, path: map.place("floor"), .floor(limit)) }
    guard let base, let profile = profile ?? .constant, let rounding = rounding ?? Rounding() else { return nil }
    if case .some(.none) = floor { return nil }
    return Dimension(base: base, profile: profile, rounding: rounding, floor: floor ?? nil)
  }

  /// `8`, or a mapping with to, order and mode.
  private func rounding(_ node: Node, path: String) -> Rounding? {
    guard node.mapping != nil, !DocumentReader.isOpenNumber(node) else {
      return number(node, path: path, .multiple).map { Rounding(multiple: $0) }
    }
    guard let map = MappingReader(node, path: path, in: self) else { return nil }
    defer { map.close() }
    var rounding = Rounding()
    let multiple = map.value("to").map { number($0, path: map.place("to"), .multiple) }
    rounding.order = map.choice("order") ?? rounding.order
    rounding.mode = map.choice("mode") ?? rounding.mode
    if let multiple {
      guard let multiple else { return nil }
      rounding.multiple = multiple
    }
    return rounding
  }

  /// A list with one number for each block.
  func list(_ key: String, of map: MappingReader, _ kind: NumberKind, depth: DepthBounds) -> [RuleNumber]? {
    guard let node = map.value(key, required: "a list of numbers, one for each block") else { return nil }
    guard let items = node.sequence else {
      report("\(node.found) for \(map.place(key))", "expected a list of numbers, one for each block", at: node)
      return nil
    }
    let numbers = items.enumerated().map { number($1, path: "\(map.place(key))[\($0 + 1)]", kind) }
    guard let blocks = depth.fixed else {
      if depth.isKnown {
        report("one number for each block in \(map.place(key))", "expected a fixed depth beside it", at: node)
      }
      return nil
    }
    guard items.count == blocks else {
      report(
        "\(items.count) entries in \(map.place(key))", "expected \(blocks), one for each block", at: node)
      return nil
    }
    let known = numbers.compactMap(\.self)
    return known.count == numbers.count ? known : nil
  }
}

/// What is known of the depth while the rule is read.
struct DepthBounds {
  /// Nil when the document gives no usable depth, which is reported elsewhere.
  var range: ClosedRange<Int>?

  var isKnown: Bool { range != nil }
  var fixed: Int? { range.flatMap { $0.count == 1 ? $0.lowerBound : nil } }
  var greatest: Int? { range?.upperBound }
}
