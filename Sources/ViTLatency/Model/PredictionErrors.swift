internal import ViTFiles
internal import ViTNumerics

/// How far predictions are from measurements.
package struct PredictionErrors: Hashable, Sendable, Codable {
  /// Predictions compared; 0 where there were too few networks to leave one out, and all errors are then 0.
  package var count: Int
  /// Mean absolute relative error.
  package var meanAbsolute: Double
  /// Largest absolute relative error.
  package var largest: Double
  /// At least 95% of a future prediction's absolute relative errors are expected below this.
  package var quantile95: Double
  /// Share of predictions within 5% of the measurement.
  package var within5Percent: Double
  /// Share of predictions within 10% of the measurement.
  package var within10Percent: Double
  /// Kendall's tau-b between predictions and measurements; nil where it is not defined.
  package var kendallTau: Double?

  private enum CodingKeys: String, SnakeCaseKey {
    case count, meanAbsolute = "mean_absolute_relative_error", largest = "largest_relative_error"
    case quantile95 = "quantile_95", within5Percent = "within_5_percent", within10Percent = "within_10_percent"
    case kendallTau
  }

  /// Of nothing.
  package static let none = PredictionErrors(
    count: 0, meanAbsolute: 0, largest: 0, quantile95: 0, within5Percent: 0, within10Percent: 0)

  private init(
    count: Int, meanAbsolute: Double, largest: Double, quantile95: Double, within5Percent: Double,
    within10Percent: Double
  ) {
    self.count = count
    self.meanAbsolute = meanAbsolute
    self.largest = largest
    self.quantile95 = quantile95
    self.within5Percent = within5Percent
    self.within10Percent = within10Percent
  }

  /// - Parameters:
  ///   - predicted: Seconds; not empty.
  ///   - measured: Seconds above zero, one for each prediction.
  package init(predicted: [Double], measured: [Double]) {
    precondition(!predicted.isEmpty && predicted.count == measured.count, "one measurement for each prediction")
    let errors = zip(predicted, measured).map { abs($0 / $1 - 1) }.sorted()
    count = errors.count
    meanAbsolute = errors.reduce(0, +) / Double(count)
    largest = errors[count - 1]
    // The rank that makes the quantile hold for a new draw, as in split conformal prediction (Vovk et al. 2005).
    let rank = (0.95 * Double(count + 1)).rounded(.up)
    quantile95 = errors[min(Int(rank), count) - 1]
    within5Percent = Double(errors.count { $0 <= 0.05 }) / Double(count)
    within10Percent = Double(errors.count { $0 <= 0.10 }) / Double(count)
    kendallTau = Statistics.kendallTau(predicted, measured)
  }
}
