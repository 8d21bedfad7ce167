/// How a width becomes a multiple of a whole number.
struct Rounding: Hashable, Sendable {
  enum Mode: String, Hashable, Sendable, CaseIterable {
    /// Halves go up.
    case nearest
    case up
    case down
    /// To the nearest, halves to the even multiple: Python's `round`.
    case even
  }

  enum Order: String, Hashable, Sendable, CaseIterable {
    /// The base is rounded, then multiplied by the profile; the product becomes the nearest whole number.
    case baseFirst = "base-first"
    /// Base times profile is rounded.
    case last
  }

  var multiple = RuleNumber(1)
  var order = Order.last
  var mode = Mode.nearest

  /// The multiple of `multiple` that `value` rounds to.
  ///
  /// A quotient within a billionth of a whole or half number counts as that, so that 0.07 x 100, which is a little
  /// above 7 in binary, is not rounded up to 8.
  static func round(_ value: Double, toMultipleOf multiple: Double, mode: Mode) -> Double {
    let quotient = value / multiple
    let doubled = (2 * quotient).rounded()
    let exact = abs(2 * quotient - doubled) <= 1e-9 * max(1, abs(doubled)) ? doubled / 2 : quotient
    let rule: FloatingPointRoundingRule =
      switch mode {
      case .nearest: .toNearestOrAwayFromZero
      case .up: .up
      case .down: .down
      case .even: .toNearestOrEven
      }
    return exact.rounded(rule) * multiple
  }
}
