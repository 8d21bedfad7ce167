internal import ViTNumerics
internal import ViTSearch

/// Estimates with their units, as the report shows them.
enum ReportText {
  /// "83.4% [82.3, 84.5]", without the interval where none is known.
  static func accuracy(_ estimate: Estimate) -> String {
    estimate.bracketed(unit: "%") { ReadableNumber.percent($0, decimals: 1) }
  }

  /// "+0.9 points [0.3, 1.5], P = 0.998"; P is corrected for all comparisons of the study.
  static func difference(_ difference: Difference) -> String {
    let sign = difference.value < 0 ? "" : "+"
    let points = difference.estimate.bracketed(unit: " points") { ReadableNumber.percent($0, decimals: 1) }
    let probability = difference.corrected ?? difference.probability
    return "\(sign)\(points), P = \(ReadableNumber.fixed(probability, decimals: 3))"
  }

  /// "2.07 ms [2.05, 2.11]".
  static func latency(_ estimate: Estimate) -> String { estimate.bracketed(unit: " ms", milliseconds) }

  /// Three significant digits, with the zeros that a column needs.
  static func milliseconds(_ seconds: Double) -> String { ReadableNumber.aligned(seconds * 1e3) }
}
