internal import ViTArchitecture

extension Constraint {
  /// Whether an architecture with the given predicted latency meets the constraint.
  func admits(_ architecture: Architecture, latencySeconds: Double) -> Bool {
    let value =
      switch quantity {
      case .parameters: Double(architecture.parameterCount)
      case .multiplyAccumulates: Double(architecture.multiplyAccumulates)
      case .latency: latencySeconds
      case .embedding: Double(architecture.embedding)
      case .depth: Double(architecture.depth)
      }
    return range.contains(value)
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
