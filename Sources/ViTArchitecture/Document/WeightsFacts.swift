/// What a user says of weights whose file does not say it itself, as those of other tools.
package struct WeightsFacts: Hashable, Sendable, Codable {
  /// Path of an architecture, or of a document that holds one.
  package var architecture: String?
  /// What pixels from 0 to 1 were normalised by: one number for each channel, or one for all. Both or neither are there.
  package var mean: [Double]?
  package var deviation: [Double]?

  package init(architecture: String? = nil, mean: [Double]? = nil, deviation: [Double]? = nil) {
    self.architecture = architecture
    self.mean = mean
    self.deviation = deviation
  }

  /// What they say of the images alone; nil where that is nothing.
  package var named: WeightsFacts? { mean == nil ? nil : WeightsFacts(mean: mean, deviation: deviation) }

  /// Mean and deviation, as options take them.
  package var text: String {
    [mean, deviation].map { $0?.map { "\($0)" }.joined(separator: ",") ?? "unknown" }.joined(separator: " and ")
  }

  package var isEmpty: Bool { self == WeightsFacts() }

  /// What is wrong with the numbers, for facts that come from elsewhere than a document; nil for sound ones.
  package var problem: String? {
    switch (mean, deviation) {
    case (nil, nil): nil
    case (let mean?, let deviation?):
      if mean.count != deviation.count {
        "\(mean.count) means and \(deviation.count) deviations, expected as many of both"
      } else if let value = mean.first(where: { !WeightsFacts.means.contains($0) }) {
        "a mean is \(value), expected a number \(WeightsFacts.means)"
      } else if let value = deviation.first(where: { !WeightsFacts.deviations.contains($0) }) {
        "a deviation is \(value), expected a number \(WeightsFacts.deviations)"
      } else {
        nil
      }
    case (_?, nil): "a mean without a deviation, expected both"
    case (nil, _?): "a deviation without a mean, expected both"
    }
  }

  static let means = Interval.from(-1000, through: 1000)
  static let deviations = Interval.above(0, through: 1000)
}
