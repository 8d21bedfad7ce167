internal import ViTNumerics

/// How a dimension varies with depth: the factor that multiplies its base, block by block.
enum Profile: Hashable, Sendable {
  /// Factor 1 everywhere.
  case constant
  /// From `first` in the first block to `last` in the last, in equal steps.
  case linear(first: RuleNumber, last: RuleNumber)
  /// `middle` in blocks `rise` through `fall`, `ends` elsewhere. Without `fall` it mirrors `rise`.
  case plateau(ends: RuleNumber, middle: RuleNumber, rise: DepthPosition, fall: DepthPosition?)
  /// `ends` far away, `height` at `peak`, with a Gaussian of standard deviation `width` between.
  case bell(ends: RuleNumber, height: RuleNumber, peak: DepthPosition, width: RuleNumber)
  /// Factor 1 where no stage speaks; where several do, the last of them counts.
  case stages([Stage])
  /// A curve through knots; before the first and behind the last it is level.
  case spline(kind: Spline.Kind, knots: [Knot])
  /// One factor for each block.
  case list([RuleNumber])
  /// One width for each block; there is no base.
  case widths([RuleNumber])

  struct Stage: Hashable, Sendable {
    var ranges: [Range]
    var level: StageLevel

    struct Range: Hashable, Sendable {
      var first: DepthPosition
      var last: DepthPosition
    }
  }

  enum StageLevel: Hashable, Sendable {
    case factor(RuleNumber)
    /// A width, taken as it is: neither base, rounding to a multiple nor floor applies.
    case width(RuleNumber)
  }

  struct Knot: Hashable, Sendable {
    var position: DepthPosition
    var factor: RuleNumber
  }

  /// What a profile says about one block.
  enum Level: Hashable, Sendable {
    case factor(Double)
    case width(Double)
  }
}

extension Profile {
  /// The profile's levels for every block.
  ///
  /// - Throws: `ArchitectureError` when the open numbers' values contradict each other, such as a plateau that falls
  ///   before it rises.
  func levels(_ open: [Double], embedding: Int, depth: Int) throws(ArchitectureError) -> [Level] {
    switch self {
    case .constant:
      return Array(repeating: .factor(1), count: depth)
    case .linear(let first, let last):
      let (a, b) = (first.value(open), last.value(open))
      return (0..<depth).map { .factor(depth > 1 ? a + (b - a) * Double($0) / Double(depth - 1) : a) }
    case .plateau(let ends, let middle, let rise, let fall):
      let first = rise.firstBlock(open, depth: depth)
      let last = fall?.lastBlock(open, depth: depth) ?? depth + 1 - first
      guard first <= last else {
        throw ArchitectureError(
          "a plateau rises at block \(first) and falls at block \(last), expected it to rise first")
      }
      let (low, high) = (ends.value(open), middle.value(open))
      return (1...depth).map { .factor($0 >= first && $0 <= last ? high : low) }
    case .bell(let ends, let height, let peak, let width):
      let (low, high, centre) = (ends.value(open), height.value(open), peak.point(open, depth: depth))
      let share = width.unit == .percentOfDepth
      let deviation = share ? width.value(open) / 100 * Double(depth) : width.value(open)
      return (1...depth).map { block in
        let z = (Double(block) - centre) / deviation
        return .factor(low + (high - low) * Exponential.natural(-z * z / 2))
      }
    case .stages(let stages):
      return Profile.levels(of: stages, open, embedding: embedding, depth: depth)
    case .spline(let kind, let knots):
      return try Profile.levels(of: knots, kind: kind, open, depth: depth)
    case .list(let factors):
      return factors.map { .factor($0.value(open)) }
    case .widths(let widths):
      return widths.map { .width($0.amount(open, embedding: embedding)) }
    }
  }

  private static func levels(of stages: [Stage], _ open: [Double], embedding: Int, depth: Int) -> [Level] {
    var levels = [Level](repeating: .factor(1), count: depth)
    for stage in stages {
      let level: Level =
        switch stage.level {
        case .factor(let number): .factor(number.value(open))
        case .width(let number): .width(number.amount(open, embedding: embedding))
        }
      for range in stage.ranges {
        let first = max(range.first.firstBlock(open, depth: depth), 1)
        let last = min(range.last.lastBlock(open, depth: depth), depth)
        for block in stride(from: first, through: last, by: 1) { levels[block - 1] = level }
      }
    }
    return levels
  }

  private static func levels(
    of knots: [Knot], kind: Spline.Kind, _ open: [Double], depth: Int
  ) throws(ArchitectureError) -> [Level] {
    do {
      let spline = try Spline(
        x: knots.map { $0.position.point(open, depth: depth) }, y: knots.map { $0.factor.value(open) }, kind: kind)
      return (1...depth).map { .factor(spline(Double($0))) }
    } catch {
      throw ArchitectureError("the knots of a spline: \(error.reason)")
    }
  }
}
