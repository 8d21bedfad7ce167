package import ViTArchitecture

/// The exponential moving average of the intervals' scores, corrected for its start at zero as Adam's moments are.
package struct SaliencyAverage: Hashable, Sendable, Codable {
  package let decay: Double
  private var values: [Double]
  private var intervals = 0

  /// - Parameter decay: Weight of what was, from 0 to below 1.
  package init(decay: Double, unitCount: Int) {
    self.decay = decay
    values = Array(repeating: 0, count: unitCount)
  }

  package mutating func add(_ scores: [Double]) {
    for unit in values.indices { values[unit] = decay * values[unit] + (1 - decay) * scores[unit] }
    intervals += 1
  }

  /// The average of each unit; zeros before the first interval.
  package var scores: [Double] {
    var weight = 1.0
    for _ in 0..<intervals { weight *= decay }
    return intervals == 0 ? values : values.map { $0 / (1 - weight) }
  }

  package var unitCount: Int { values.count }

  /// The averages of the units that are left.
  package func keeping(_ kept: KeptUnits, of architecture: Architecture) -> SaliencyAverage {
    var result = self
    result.values = UnitLayout(architecture).values(values, keeping: kept)
    return result
  }
}
