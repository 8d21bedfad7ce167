/// Numbers with three significant digits, as texts and documents of mined rules write them.
enum ShortNumber {
  /// The nearest number with three significant digits.
  static func rounded(_ value: Double) -> Double {
    guard value != 0, value.isFinite else { return value }
    var unit = 0.01
    while abs(value) >= 1000 * unit { unit *= 10 }
    while abs(value) < 100 * unit, unit > 1e-12 { unit /= 10 }
    // A division by the inverse keeps 0.1 x 3 from becoming 0.30000000000000004.
    return unit < 1 ? (value / unit).rounded() / (1 / unit).rounded() : (value / unit).rounded() * unit
  }

  /// "0.125", "1.8", "256".
  static func text(_ value: Double) -> String {
    let short = rounded(value)
    return short == short.rounded() && abs(short) < 1e15 ? String(Int(short)) : "\(short)"
  }
}
