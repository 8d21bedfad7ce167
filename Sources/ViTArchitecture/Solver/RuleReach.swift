internal import ViTNumerics

/// How far the costs of a family reach.
package struct RuleReach: Sendable {
  /// From the smallest member looked at to the largest.
  package let parameters: ClosedRange<Double>
  package let multiplyAccumulates: ClosedRange<Double>
  /// Members looked at.
  package let members: Int
  /// Whether they are all that there are.
  package let isExact: Bool

  /// Families up to this size are looked at whole; of larger ones so many members are drawn.
  private static let limit = 4096

  /// Nil when no member is sound.
  package init?(of rule: ScalingRule) {
    let size = rule.cardinality
    isExact = size.map { $0 <= RuleReach.limit } ?? false
    members = isExact ? size ?? 0 : RuleReach.limit
    var random = CounterRandom(seed: 0, purpose: "reach of a rule")
    var costs: [OperatorCost] = []
    for number in 0..<members {
      let point = isExact ? rule.point(numbered: number) : rule.openNumbers.map { _ in random.uniform() }
      if let architecture = try? rule.architecture(at: point) { costs.append(architecture.cost.total) }
    }
    let parameters = costs.map { Double($0.parameters) }
    let macs = costs.map { Double($0.multiplyAccumulates) }
    guard let least = parameters.min(), let most = parameters.max(), let lowest = macs.min(), let highest = macs.max()
    else { return nil }
    self.parameters = least...most
    multiplyAccumulates = lowest...highest
  }
}
