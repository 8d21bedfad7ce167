extension Estimate {
  /// "83.4% [82.3, 84.5]", or the value alone.
  ///
  /// - Parameter number: Writes a number without its unit.
  package func bracketed(unit: String = "", _ number: (Double) -> String) -> String {
    "\(number(value))\(unit)\(interval.map { " \($0.bracketed(number))" } ?? "")"
  }

  /// "82.6% ± 0.4", or the value alone; "100.0% [83.2, 100.0]" where the interval does not reach as far to either side.
  ///
  /// - Parameter number: Writes a number without its unit.
  package func plusMinus(unit: String = "", _ number: (Double) -> String) -> String {
    guard let interval else { return "\(number(value))\(unit)" }
    return isSymmetric
      ? "\(number(value))\(unit) ± \(number(interval.halfWidth))" : bracketed(unit: unit, number)
  }

  /// Whether the interval reaches as far to either side, rounding aside.
  package var isSymmetric: Bool {
    interval.map { abs(($0.upper - value) - (value - $0.lower)) <= 1e-9 * ($0.upper - $0.lower) } ?? true
  }
}

extension Estimate.Interval {
  /// "[82.3, 84.5]".
  package func bracketed(_ number: (Double) -> String) -> String { "[\(number(lower)), \(number(upper))]" }
}
