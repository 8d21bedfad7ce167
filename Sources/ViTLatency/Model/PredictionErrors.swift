internal import ViTFiles
internal import ViTNumerics

/// How far predictions are from measurements.
package struct PredictionErrors: Hashable, Sendable, Codable {
  /// Predictions compared.
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
