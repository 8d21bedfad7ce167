internal import ViTArchitecture
internal import ViTNumerics

extension Constraint {
  /// Whether a candidate meets the constraint.
  func admits(_ cost: CandidateCost) -> Bool { range.contains(value(cost)) }

  /// How far outside the range a candidate is, as a share of the bound it breaks; 0 within.
  func violation(_ cost: CandidateCost) -> Double {
    let value = value(cost)
    if value > range.upperBound {
      return (value - range.upperBound) / max(abs(range.upperBound), .leastNormalMagnitude)
    }
    if value < range.lowerBound {
      return (range.lowerBound - value) / max(abs(range.lowerBound), .leastNormalMagnitude)
    }
    return 0
  }

  private func value(_ cost: CandidateCost) -> Double {
    switch quantity {
    case .parameters: Double(cost.parameterCount)
    case .multiplyAccumulates: Double(cost.multiplyAccumulates)
    case .latency: cost.latencySeconds
    case .embedding: Double(cost.embedding)
    case .depth: Double(cost.depth)
    }
  }

  /// The constraint in words, such as "parameters at most 5.7M".
  package var text: String {
    func show(_ value: Double) -> String {
      quantity == .latency ? ReadableNumber.latency(value) : ReadableNumber.count(value)
    }
    let hasLower = range.lowerBound > 0
    let hasUpper = range.upperBound < .greatestFiniteMagnitude
    let bounds =
      switch (hasLower, hasUpper) {
      case (true, true): "\(show(range.lowerBound)) to \(show(range.upperBound))"
      case (true, false): "at least \(show(range.lowerBound))"
      default: "at most \(show(range.upperBound))"
      }
    return "\(quantity.rawValue) \(bounds)"
  }
}
