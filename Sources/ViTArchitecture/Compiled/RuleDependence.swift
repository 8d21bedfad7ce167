/// Collects the open numbers that a part of a rule depends on.
struct RuleDependence {
  /// Indices into `ScalingRule.openNumbers`, ascending.
  private(set) var openNumbers: [Int] = []

  /// What the widths of a dimension depend on: its own numbers, the depth, and E where a number is a multiple of it.
  init(of dimension: Dimension, embedding: RuleNumber, depth: RuleNumber) {
    let numbers =
      [dimension.base, dimension.floor].compactMap(\.self) + [dimension.rounding.multiple]
      + dimension.profile.numbers
    var found = Set((numbers + [depth]).compactMap(\.openIndex))
    if numbers.contains(where: { $0.unit == .timesEmbedding }) {
      found.formUnion([embedding.openIndex].compactMap(\.self))
    }
    openNumbers = found.sorted()
  }
}

extension RuleNumber {
  /// Index into `ScalingRule.openNumbers`; nil for a fixed number.
  var openIndex: Int? {
    if case .open(let index) = source { index } else { nil }
  }
}

extension DepthPosition {
  fileprivate var numbers: [RuleNumber] {
    if case .number(let number) = self { [number] } else { [] }
  }
}

extension Profile {
  /// Every number in the profile.
  fileprivate var numbers: [RuleNumber] {
    switch self {
    case .constant: []
    case .linear(let first, let last): [first, last]
    case .plateau(let ends, let middle, let rise, let fall): [ends, middle] + rise.numbers + (fall?.numbers ?? [])
    case .bell(let ends, let height, let peak, let width): [ends, height, width] + peak.numbers
    case .stages(let stages):
      stages.flatMap { stage -> [RuleNumber] in
        let level =
          switch stage.level {
          case .factor(let number), .width(let number): number
          }
        return [level] + stage.ranges.flatMap { $0.first.numbers + $0.last.numbers }
      }
    case .spline(_, let knots): knots.flatMap { [$0.factor] + $0.position.numbers }
    case .list(let numbers), .widths(let numbers): numbers
    }
  }
}
