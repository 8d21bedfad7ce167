internal import ViTNumerics

/// Estimates with their units, as the report shows them.
enum ReportText {
  /// "83.4% [82.3, 84.5]", without the interval where none is known.
  static func accuracy(_ estimate: ReportContent.Estimate) -> String {
    let value = "\(ReadableNumber.percent(estimate.value, decimals: 1))%"
    guard let lower = estimate.lower, let upper = estimate.upper else { return value }
    let bounds = [lower, upper].map { ReadableNumber.percent($0, decimals: 1) }
    return "\(value) [\(bounds[0]), \(bounds[1])]"
  }

  /// "2.07 ms [2.05, 2.11]".
  static func latency(_ estimate: ReportContent.Estimate) -> String {
    let value = "\(milliseconds(estimate.value)) ms"
    guard let lower = estimate.lower, let upper = estimate.upper else { return value }
    return "\(value) [\(milliseconds(lower)), \(milliseconds(upper))]"
  }

  /// Three significant digits, with the zeros that a column needs.
  static func milliseconds(_ seconds: Double) -> String { ReadableNumber.aligned(seconds * 1e3) }

  static func role(_ role: ReportContent.Role, family: String) -> String {
    switch role {
    case .candidate: "candidate"
    case .baseline: family == "DeiT" ? family : "baseline"
    case .random: "random search"
    }
  }
}
