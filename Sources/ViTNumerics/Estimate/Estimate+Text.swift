extension Estimate {
  /// "83.4% [82.3, 84.5]", or the value alone.
  ///
  /// - Parameter number: Writes a number without its unit.
  package func bracketed(unit: String = "", _ number: (Double) -> String) -> String {
    "\(number(value))\(unit)\(interval.map { " \($0.bracketed(number))" } ?? "")"
  }

  /// "82.6% ± 0.4", or the value alone.
  ///
  /// - Parameter number: Writes a number without its unit.
  package func plusMinus(unit: String = "", _ number: (Double) -> String) -> String {
    "\(number(value))\(unit)\(halfWidth.map { " ± \(number($0))" } ?? "")"
  }
}

extension Estimate.Interval {
  /// "[82.3, 84.5]".
  package func bracketed(_ number: (Double) -> String) -> String { "[\(number(lower)), \(number(upper))]" }
}
