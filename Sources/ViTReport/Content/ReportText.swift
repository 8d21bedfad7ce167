internal import ViTSearch

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

  /// Three significant digits, with the zeros that a column needs: "0.762", "2.00", "38.1", "403".
  static func milliseconds(_ seconds: Double) -> String {
    let value = seconds * 1e3
    let magnitude = abs(value)
    let decimals = magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : magnitude >= 0.9995 ? 2 : 3
    return ReadableNumber.fixed(value, decimals: decimals)
  }

  /// "1 seed", "3 seeds".
  static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  static func role(_ role: ReportContent.Role, family: String) -> String {
    switch role {
    case .candidate: "candidate"
    case .baseline: family == "DeiT" ? family : "baseline"
    case .random: "random search"
    }
  }
}
