/// A depth profile of the rule language, fitted. Factors are in units of the mean over the blocks.
package enum ProfileForm: Hashable, Sendable, Encodable {
  case constant(level: Double)
  /// From the first block to the last in equal steps.
  case linear(first: Double, last: Double)
  /// `middle` in blocks `rise` through `fall`, counted from 1; `ends` elsewhere.
  case plateau(ends: Double, middle: Double, rise: Int, fall: Int)
  /// `width` is the Gaussian's standard deviation in blocks.
  case bell(ends: Double, height: Double, peak: Double, width: Double)
  case stages([Stage])
  /// Steffen's curve through the knots.
  case spline([Knot])
  case list([Double])

  package struct Stage: Hashable, Sendable, Encodable {
    /// Counted from 1.
    package var first: Int
    package var last: Int
    package var factor: Double
  }

  package struct Knot: Hashable, Sendable, Encodable {
    /// A point of the depth axis, on which blocks are the whole numbers from 1.
    package var position: Double
    package var factor: Double
  }

  /// What the base of the rule stands for, in units of the mean: the level whose factor the document leaves at 1.
  var baseLevel: Double {
    switch self {
    case .constant(let level): level
    case .linear(let first, _): first
    case .plateau(let ends, _, _, _): ends
    // A bell's ends and height lie outside the blocks and trade against each other; the mean is sure.
    case .bell, .stages, .spline, .list: 1
    }
  }

  /// The profile's numbers as a document writes them, in its order.
  var numbers: [(name: String, value: Double)] {
    switch self {
    case .constant: []
    case .linear(let first, let last): [("last", last / first)]
    case .plateau(let ends, let middle, let rise, let fall):
      [("middle", middle / ends), ("rise", Double(rise)), ("fall", Double(fall))]
    case .bell(let ends, let height, let peak, let width):
      [("height", height), ("ends", ends), ("peak", peak), ("width", width)]
    case .stages(let stages):
      stages.enumerated().flatMap { index, stage in
        [("stage \(index + 1)", stage.factor), ("end of stage \(index + 1)", Double(stage.last))]
      }
    case .spline(let knots): knots.enumerated().map { ("knot \($0 + 1)", $1.factor) }
    case .list(let factors): factors.enumerated().map { ("block \($0 + 1)", $1) }
    }
  }

  /// Whether a rule can say it: factors are not negative, and a base is above zero.
  var isExpressible: Bool {
    baseLevel > 0.01 && numbers.allSatisfy { $0.value.isFinite && $0.value >= 0 && $0.value <= 1000 }
  }
}
