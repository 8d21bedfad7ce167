internal import Foundation

extension ReadableNumber {
  /// A fixed number of decimals.
  package static func fixed(_ value: Double, decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }

  /// Three significant digits, or all digits before the point; trailing zeros are left out.
  package static func significant(_ value: Double) -> String {
    guard value.isFinite else { return "\(value)" }
    var text = aligned(value)
    guard text.contains(".") else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// Three significant digits, with the zeros that a column needs: "0.762", "2.00", "38.1", "403".
  package static func aligned(_ value: Double) -> String {
    fixed(value, decimals: abs(value) >= 0.9995 ? decimals(abs(value)) : 3)
  }

  /// As `aligned`, with at most two decimals, halves rounded up and a prefix: 4679800448 gives "4.68 G".
  package static func spaced(_ value: Double) -> String {
    let (divisor, suffix) =
      switch value {
      case 999.5e6...: (1e9, " G")
      case 999.5e3...: (1e6, " M")
      case 999.5...: (1e3, " k")
      default: (1.0, "")
      }
    return upToTwoDecimals(value / divisor) + suffix
  }

  /// As `aligned`, with at most two decimals and halves rounded up: "0.76", "2.00", "38.1", "403".
  package static func upToTwoDecimals(_ value: Double) -> String {
    let decimals = decimals(value)
    let scale = [1.0, 10, 100][decimals]
    let scaled = (value * scale).rounded()
    return scaled < 1e15 ? fixed(scaled / scale, decimals: decimals) : "\(value)"
  }

  private static func decimals(_ magnitude: Double) -> Int { magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : 2 }

  /// The nearest number with three significant digits.
  package static func rounded(_ value: Double) -> Double {
    guard value != 0, value.isFinite else { return value }
    var unit = 0.01
    while abs(value) >= 1000 * unit { unit *= 10 }
    while abs(value) < 100 * unit, unit > 1e-12 { unit /= 10 }
    // A division by the inverse keeps 0.1 x 3 from becoming 0.30000000000000004.
    return unit < 1 ? (value / unit).rounded() / (1 / unit).rounded() : (value / unit).rounded() * unit
  }

  /// Three significant digits however small the number, as documents write them: "0.125", "1.8", "256", "2.5e-05".
  package static func short(_ value: Double) -> String { shortest(rounded(value)) ?? "\(rounded(value))" }

  /// Whole numbers without a point, others with up to six decimals, as documents write them.
  package static func plain(_ value: Double) -> String {
    shortest(value) ?? String((value * 1e6).rounded() / 1e6)
  }

  /// A whole number's digits; nil for others.
  private static func shortest(_ value: Double) -> String? {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : nil
  }
}
