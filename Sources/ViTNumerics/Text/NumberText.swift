/// Reads numbers as documents and command lines write them; `ReadableNumber` writes them.
///
/// Digits may be grouped by underscores, as in `22_050_664`. Infinity and not-a-number are no numbers here.
package enum NumberText {
  /// A plain number: `64`, `-0.5`, `1e-3`, `22_050_664`.
  package static func number(_ text: some StringProtocol) -> Double? {
    var previous: Character?
    for character in text {
      switch character {
      case "0"..."9", ".", "e", "E", "+", "-": if previous == "_" && !character.isASCIIDigit { return nil }
      case "_": if previous?.isASCIIDigit != true { return nil }
      default: return nil
      }
      previous = character
    }
    guard previous != "_", text.first?.isASCIIDigit == true || text.count > 1,
      let value = Double(String(text.filter { $0 != "_" })), value.isFinite
    else { return nil }
    return value
  }

  /// A plain number or a fraction of two: `0.25`, `1/9`.
  package static func share(_ text: String) -> Double? {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return number(text) }
    guard let dividend = number(parts[0]), let divisor = number(parts[1]), (dividend / divisor).isFinite else {
      return nil
    }
    return dividend / divisor
  }

  /// A count with an optional decimal suffix: `5M`, `1.2G`, `300k`, `22_050_664`.
  package static func count(_ text: String) -> Double? {
    let factors: [Character: Double] = ["k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12]
    guard let last = text.last, let factor = factors[last] else { return number(text) }
    guard let value = number(text.dropLast()).map({ $0 * factor }), value.isFinite else { return nil }
    return value
  }

  /// A duration with its unit, in seconds: `12ms`, `1.5s`, `800us`, `800µs`.
  package static func seconds(_ text: String) -> Double? {
    for (suffix, divisor) in [("ms", 1e3), ("us", 1e6), ("µs", 1e6), ("μs", 1e6), ("s", 1)]
    where text.hasSuffix(suffix) {
      return number(text.dropLast(suffix.count)).map { $0 / divisor }
    }
    return nil
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
