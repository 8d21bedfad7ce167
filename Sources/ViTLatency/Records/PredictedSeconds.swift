internal import ViTFiles
package import ViTNumerics

/// A predicted latency as documents hold it: `seconds`, and `uncertainty_seconds`, half the width of the interval that
/// holds 95% of the prediction errors seen in validation; 0 if unknown.
@propertyWrapper
package struct PredictedSeconds: Hashable, Sendable, Codable {
  package var wrappedValue: Estimate

  package init(wrappedValue: Estimate) { self.wrappedValue = wrappedValue }

  private enum CodingKeys: String, SnakeCaseKey { case seconds, uncertaintySeconds }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    wrappedValue = Estimate(
      predictedSeconds: try container.decode(Double.self, forKey: .seconds),
      uncertainty: try container.decode(Double.self, forKey: .uncertaintySeconds))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(wrappedValue.seconds, forKey: .seconds)
    try container.encode(wrappedValue.uncertaintySeconds, forKey: .uncertaintySeconds)
  }
}

extension Estimate {
  /// A predicted latency, in seconds for one batch.
  ///
  /// - Parameter uncertainty: Half the width of the interval that holds 95% of the prediction errors; 0 if unknown.
  package init(predictedSeconds seconds: Double, uncertainty: Double = 0) {
    self.init(seconds, halfWidth: uncertainty == 0 ? nil : uncertainty, covers: .residuals)
  }

  /// The value of a latency.
  package var seconds: Double { value }
  /// Half the width of a latency's interval; 0 where there is none.
  package var uncertaintySeconds: Double { halfWidth ?? 0 }
}
