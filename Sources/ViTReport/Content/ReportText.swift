internal import ViTNumerics

/// Estimates with their units, as the report shows them.
enum ReportText {
  /// "83.4% [82.3, 84.5]", without the interval where none is known.
  static func accuracy(_ estimate: Estimate) -> String {
    estimate.bracketed(unit: "%") { ReadableNumber.percent($0, decimals: 1) }
  }

  /// "2.07 ms [2.05, 2.11]".
  static func latency(_ estimate: Estimate) -> String { estimate.bracketed(unit: " ms", milliseconds) }

  /// Three significant digits, with the zeros that a column needs.
  static func milliseconds(_ seconds: Double) -> String { ReadableNumber.aligned(seconds * 1e3) }
}
