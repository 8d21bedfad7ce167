internal import Foundation

/// Numbers with their units, as tables, pictures and messages show them.
package enum ReadableNumber {
  /// Three significant digits in the unit that suits: "850 µs", "12.3 ms", "1.2 s".
  package static func latency(_ seconds: Double) -> String {
    switch abs(seconds) {
    case ..<0.9995e-3: "\(significant(seconds * 1e6)) µs"
    case ..<0.9995: "\(significant(seconds * 1e3)) ms"
    default: "\(significant(seconds)) s"
    }
  }

  /// Three significant digits with a prefix: "850", "5.72M", "1.25G".
  package static func count(_ value: Double) -> String {
    switch abs(value) {
    case ..<999.5: significant(value)
    case ..<999.5e3: significant(value / 1e3) + "k"
    case ..<999.5e6: significant(value / 1e6) + "M"
    default: significant(value / 1e9) + "G"
    }
  }

  /// A share as a percentage with the given number of decimals, without the sign: 0.8263 gives "82.63".
  package static func percent(_ share: Double, decimals: Int = 2) -> String {
    fixed(share * 100, decimals: decimals)
  }

  /// A fixed number of decimals.
  package static func fixed(_ value: Double, decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }

  /// Three significant digits, or all digits before the point; trailing zeros are left out.
  package static func significant(_ value: Double) -> String {
    guard value.isFinite else { return "\(value)" }
    let magnitude = abs(value)
    let decimals = magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : magnitude >= 0.9995 || magnitude == 0 ? 2 : 3
    var text = fixed(value, decimals: decimals)
    guard text.contains(".") else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// Hours, minutes and seconds: 75 gives "1:15", 3675 gives "1:01:15".
  package static func clock(_ seconds: Double) -> String {
    let total = seconds.isFinite ? Int(min(max(seconds, 0), 1e7).rounded()) : 0
    let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60)
    let tail = rest < 10 ? "0\(rest)" : "\(rest)"
    return hours > 0 ? "\(hours):\(minutes < 10 ? "0" : "")\(minutes):\(tail)" : "\(minutes):\(tail)"
  }
}
