internal import Foundation

/// Numbers with their units, as tables, pictures, messages and documents show them; `NumberText` reads them.
package enum ReadableNumber {
  /// Three significant digits in the unit that suits: "850 µs", "12.3 ms", "1.2 s".
  package static func latency(_ seconds: Double) -> String {
    switch abs(seconds) {
    case ..<0.9995e-3: "\(significant(seconds * 1e6)) µs"
    case ..<0.9995: "\(significant(seconds * 1e3)) ms"
    default: "\(significant(seconds)) s"
    }
  }

  /// Two decimals, for columns of latencies: 0.0123456 gives "12.35 ms".
  package static func milliseconds(_ seconds: Double) -> String { "\(fixed(seconds * 1000, decimals: 2)) ms" }

  /// 75 seconds give "1:15", 3675 give "1:01:15".
  package static func clock(_ seconds: Double) -> String {
    let total = seconds.isFinite ? Int(min(max(seconds, 0), 1e7).rounded()) : 0
    let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60)
    let tail = rest < 10 ? "0\(rest)" : "\(rest)"
    return hours > 0 ? "\(hours):\(minutes < 10 ? "0" : "")\(minutes):\(tail)" : "\(minutes):\(tail)"
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

  /// 1234567 gives "1,234,567".
  package static func grouped(_ count: Int) -> String {
    var text = ""
    for (index, digit) in String(count).reversed().enumerated() {
      if index > 0, index % 3 == 0, digit != "-" { text = "," + text }
      text = "\(digit)\(text)"
    }
    return text
  }

  /// "1 seed", "3 seeds".
  package static func count(_ count: Int, _ noun: String) -> String {
    "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
  }

  /// A share as a percentage with the given number of decimals, without the sign: 0.8263 gives "82.63".
  package static func percent(_ share: Double, decimals: Int = 2) -> String {
    fixed(share * 100, decimals: decimals)
  }

  /// A share as a percentage with its sign: 0.8263 gives "82.63%".
  package static func percentage(_ share: Double, decimals: Int = 2) -> String {
    percent(share, decimals: decimals) + "%"
  }
}
