package import ViTArchitecture
internal import ViTNumerics
package import ViTTraining

extension ModelWeights {
  /// Weights far from their initial values, so that every tensor matters.
  package static func lively(_ architecture: Architecture, seed: UInt64, deviation: Double = 0.3) -> ModelWeights {
    let weights = ModelWeights(architecture, seed: seed)
    for (index, entry) in weights.table.entries.enumerated() {
      var random = CounterRandom(seed: seed, purpose: "lively weights", stream: UInt64(index))
      let center = entry.name.contains("norm") && entry.name.hasSuffix(".weight") ? 1.0 : 0
      weights.setValues(
        of: entry.name, to: (0..<entry.count).map { _ in Float(center + deviation * random.gaussian()) })
    }
    return weights
  }

  /// Every tensor's elements, in the table's order.
  package var allValues: [[Float]] { table.entries.map { values(of: $0.name) ?? [] } }

  /// Every tensor's bits, so that equality is exact.
  package var bitPatterns: [[UInt32]] { allValues.map { $0.map(\.bitPattern) } }
}
