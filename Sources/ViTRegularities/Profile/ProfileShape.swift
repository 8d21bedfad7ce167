/// The profiles that are fitted, in the order in which equally well supported ones are preferred: those with few numbers
/// first, and a bell, whose numbers say where and how much, before a curve through knots.
package enum ProfileShape: String, Hashable, Sendable, Encodable, CaseIterable {
  case constant
  case linear
  case bell
  /// A spline through three knots, evenly spread over the depth.
  case spline3 = "spline, 3 knots"
  /// A spline through four knots.
  case spline4 = "spline, 4 knots"
  /// A plateau that reaches one end of the depth.
  case step = "plateau, one step"
  case plateau
  /// Three ranges of blocks.
  case stages3 = "stages, 3"
  /// Four ranges of blocks.
  case stages4 = "stages, 4"
  /// A number for each block: the saturated model.
  case list

  /// Levels, slopes, positions of a bell: parameters that the likelihood depends on smoothly.
  func smoothParameterCount(depth: Int) -> Int {
    switch self {
    case .constant: 1
    case .linear, .step, .plateau: 2
    case .spline3, .stages3: 3
    case .bell, .spline4, .stages4: 4
    case .list: depth
    }
  }

  /// Blocks at which the level jumps.
  var changePointCount: Int {
    switch self {
    case .step: 1
    case .plateau, .stages3: 2
    case .stages4: 3
    case .constant, .linear, .spline3, .bell, .spline4, .list: 0
    }
  }

  /// What the search for a change point is worth in smooth parameters: the expected gain of the log likelihood is three
  /// times as large. Source: Ninomiya, "Change-point model selection via AIC", Annals of the Institute of Statistical
  /// Mathematics 67 (2015). With 12 blocks of noise a simulated plateau gains 6.2 (Ye's generalised degrees of
  /// freedom) where this counts 8, three stages 6.9 where it counts 9.
  static let changePointWorth = 3

  /// Whether so many blocks can tell it from the saturated model.
  func isFittable(depth: Int) -> Bool {
    self == .constant || self == .list || smoothParameterCount(depth: depth) + changePointCount < depth
  }
}
