internal import ViTNumerics

/// A number with its 95% interval.
package struct Estimate: Hashable, Sendable, Codable {
  package var value: Double
  /// Nil, with `upper`, when nothing is known of the spread.
  package var lower: Double?
  package var upper: Double?

  package init(_ value: Double, lower: Double? = nil, upper: Double? = nil) {
    self.value = value
    self.lower = lower
    self.upper = upper
  }

  /// A mean over runs with Student's t interval; nil for no values.
  init?(meanOf values: [Double]) {
    guard let mean = MeanInterval(values) else { return nil }
    self.init(mean.mean, lower: mean.halfWidth.map { mean.mean - $0 }, upper: mean.halfWidth.map { mean.mean + $0 })
  }

  /// A number with the percentile interval of its bootstrap replicates.
  init(_ value: Double, replicates: [Double]) {
    self.init(value, lower: Statistics.quantile(replicates, 0.025), upper: Statistics.quantile(replicates, 0.975))
  }

  /// Half the width of the interval.
  package var halfWidth: Double? {
    if let lower, let upper { (upper - lower) / 2 } else { nil }
  }

  /// Whether the interval has something in common with a range; without an interval nothing is known.
  func overlaps(_ range: ClosedRange<Double>) -> Bool {
    if let lower, let upper { lower <= range.upperBound && upper >= range.lowerBound } else { false }
  }

  func scaled(by factor: Double) -> Estimate {
    Estimate(value * factor, lower: lower.map { $0 * factor }, upper: upper.map { $0 * factor })
  }

  /// "1.8 [1.5, 2.1]", or the number alone.
  package var text: String {
    guard let lower, let upper else { return ReadableNumber.short(value) }
    return "\(ReadableNumber.short(value)) [\(ReadableNumber.short(lower)), \(ReadableNumber.short(upper))]"
  }
}
