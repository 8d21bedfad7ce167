/// What a number of a rule may be: its units, and the limits in each.
struct NumberKind {
  var plain: Interval?
  /// Whether plain numbers must be whole.
  var isWhole = false
  var timesEmbedding: Interval?
  var percentOfDepth: Interval?

  func interval(_ unit: RuleUnit) -> Interval? {
    switch unit {
    case .plain: plain
    case .timesEmbedding: timesEmbedding
    case .percentOfDepth: percentOfDepth
    }
  }

  var expected: String {
    var parts: [String] = []
    if let plain { parts.append("a \(isWhole ? "whole " : "")number \(plain)") }
    if timesEmbedding != nil { parts.append("a multiple of E above 0 such as 3E or E/64") }
    if percentOfDepth != nil { parts.append("a percentage of the depth such as 25%") }
    return parts.joined(separator: ", or ")
  }

  /// E itself.
  static let embedding = NumberKind(plain: .from(1, through: 65_536), isWhole: true)
  static let depth = NumberKind(plain: .from(1, through: 1024), isWhole: true)
  /// What multiplies a base.
  static let factor = NumberKind(plain: .from(0, through: 1000))
  /// A block that a range starts or ends with.
  static let block = NumberKind(
    plain: .from(1, through: 1024), isWhole: true, percentOfDepth: .from(0, through: 100))
  /// A point between the first block and the last.
  static let point = NumberKind(plain: .from(1, through: 1024), percentOfDepth: .from(0, through: 100))
  /// A length along the depth.
  static let length = NumberKind(plain: .above(0, through: 1024), percentOfDepth: .above(0, through: 1000))
  /// What widths are rounded to.
  static let multiple = NumberKind(plain: .from(1, through: 65_536), isWhole: true)

  /// The width of a dimension whose greatest is `limit`.
  static func width(_ limit: Double) -> NumberKind {
    NumberKind(plain: .from(1, through: limit), isWhole: true, timesEmbedding: .above(0, through: 1024))
  }
  /// The base of a dimension, which need not be whole.
  static func base(_ limit: Double) -> NumberKind {
    NumberKind(plain: .above(0, through: limit), timesEmbedding: .above(0, through: 1024))
  }
  /// The least width of a dimension.
  static func floor(_ limit: Double) -> NumberKind {
    NumberKind(plain: .from(0, through: limit), isWhole: true)
  }
}
