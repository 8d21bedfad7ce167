internal import ViTNumerics

extension RuleUnit {
  /// A number with this unit, as the document writes it.
  package func text(_ value: Double) -> String {
    let number = ReadableNumber.plain(value)
    switch self {
    case .plain: return number
    case .timesEmbedding: return number + "E"
    case .percentOfDepth: return number + "%"
    }
  }
}

extension NumberText {
  /// A number with the unit of the rule: `64`, `3E`, `E`, `E/64`, `3E/4`, `25%`.
  static func ruleNumber(_ text: String) -> (value: Double, unit: RuleUnit)? {
    if text.hasSuffix("%") { return number(text.dropLast()).map { ($0, .percentOfDepth) } }
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    if parts[0].hasSuffix("E") {
      let multiple = parts[0].dropLast()
      guard let factor = multiple.isEmpty ? 1 : number(multiple) else { return nil }
      guard parts.count == 2 else { return (factor, .timesEmbedding) }
      guard let divisor = number(parts[1]), (factor / divisor).isFinite else { return nil }
      return (factor / divisor, .timesEmbedding)
    }
    return number(text).map { ($0, .plain) }
  }
}
