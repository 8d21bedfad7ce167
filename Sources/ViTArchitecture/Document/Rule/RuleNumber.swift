/// What a number of a rule counts in.
package enum RuleUnit: Hashable, Sendable {
  /// Units, blocks, or a bare factor.
  case plain
  /// Multiples of the embedding width, written `3E`.
  case timesEmbedding
  /// Hundredths of the depth, written `25%`.
  case percentOfDepth
}

/// A number of a rule: fixed, or one of the rule's open numbers.
struct RuleNumber: Hashable, Sendable {
  enum Source: Hashable, Sendable {
    case fixed(Double)
    /// Index into `ScalingRule.openNumbers`.
    case open(Int)
  }

  var source: Source
  var unit: RuleUnit = .plain

  init(_ value: Double, unit: RuleUnit = .plain) {
    source = .fixed(value)
    self.unit = unit
  }

  init(open index: Int, unit: RuleUnit) {
    source = .open(index)
    self.unit = unit
  }

  /// The fixed value, or nil.
  var fixed: Double? {
    if case .fixed(let value) = source { value } else { nil }
  }

  /// The value as written, given the values of the open numbers.
  func value(_ open: [Double]) -> Double {
    switch source {
    case .fixed(let value): value
    case .open(let index): open[index]
    }
  }

  /// The value in units, for an embedding width.
  func amount(_ open: [Double], embedding: Int) -> Double {
    unit == .timesEmbedding ? value(open) * Double(embedding) : value(open)
  }
}

/// A place along the depth.
enum DepthPosition: Hashable, Sendable {
  case first
  case last
  /// A block, counted from 1, or a percentage of the depth.
  case number(RuleNumber)

  /// The first block of a range that starts here: 25% of 12 blocks come before block 4.
  func firstBlock(_ open: [Double], depth: Int) -> Int {
    block(open, depth: depth) { 1 + Int(($0 * Double(depth)).rounded()) }
  }

  /// The last block of a range that ends here: 75% of 12 blocks end with block 9. Mirrors `firstBlock`.
  func lastBlock(_ open: [Double], depth: Int) -> Int {
    block(open, depth: depth) { depth - Int(((1 - $0) * Double(depth)).rounded()) }
  }

  /// A point of the depth axis, on which blocks are the whole numbers from 1: 50% of 12 blocks is 6.5.
  func point(_ open: [Double], depth: Int) -> Double {
    switch self {
    case .first: 1
    case .last: Double(depth)
    case .number(let number):
      number.unit == .percentOfDepth ? 1 + number.value(open) / 100 * Double(depth - 1) : number.value(open)
    }
  }

  private func block(_ open: [Double], depth: Int, share: (Double) -> Int) -> Int {
    switch self {
    case .first: 1
    case .last: depth
    case .number(let number):
      number.unit == .percentOfDepth ? share(number.value(open) / 100) : Int(number.value(open).rounded())
    }
  }
}
