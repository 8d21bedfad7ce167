/// One of a block's four dimensions: base x profile, rounded, with a floor.
struct Dimension: Hashable, Sendable {
  /// Units or a multiple of E; nil when the profile gives widths.
  var base: RuleNumber?
  var profile = Profile.constant
  var rounding = Rounding()
  /// The least width, applied last.
  var floor: RuleNumber?

  /// The widths of all blocks.
  ///
  /// - Throws: `ArchitectureError` when a width is no number that the engine could hold; `name` says of what.
  func widths(
    _ open: [Double], embedding: Int, depth: Int, name: StaticString
  ) throws(ArchitectureError) -> [Int] {
    let levels: [Profile.Level]
    do {
      levels = try profile.levels(open, embedding: embedding, depth: depth)
    } catch {
      throw ArchitectureError("\(name): \(error)")
    }
    guard levels.count == depth else {
      throw ArchitectureError("\(name): the list has \(levels.count) entries, expected \(depth), one for each block")
    }
    let multiple = rounding.multiple.value(open)
    let least = floor?.value(open)
    var base = base?.amount(open, embedding: embedding) ?? 0
    if rounding.order == .baseFirst { base = Rounding.round(base, toMultipleOf: multiple, mode: rounding.mode) }

    var widths: [Int] = []
    widths.reserveCapacity(depth)
    for level in levels {
      var width: Double
      switch level {
      case .width(let exact):
        width = exact.rounded()
      case .factor(let factor):
        width = base * factor
        switch rounding.order {
        case .baseFirst: width = Rounding.round(width, toMultipleOf: 1, mode: .nearest)
        case .last: width = Rounding.round(width, toMultipleOf: multiple, mode: rounding.mode)
        }
        if let least { width = max(width, least) }
      }
      guard abs(width) < 0x1p31 else {
        throw ArchitectureError("block \(widths.count + 1): \(name) is \(width), expected a width below 2^31")
      }
      widths.append(Int(width))
    }
    return widths
  }
}
