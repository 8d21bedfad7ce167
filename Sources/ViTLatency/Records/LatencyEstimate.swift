internal import ViTFiles

/// A predicted latency.
package struct LatencyEstimate: Hashable, Sendable, Codable {
  /// Seconds for one batch.
  package var seconds: Double
  /// Half width of the interval that holds 95% of the prediction errors seen in validation, in seconds; 0 if unknown.
  package var uncertaintySeconds: Double

  package init(seconds: Double, uncertaintySeconds: Double) {
    self.seconds = seconds
    self.uncertaintySeconds = uncertaintySeconds
  }

  private enum CodingKeys: String, SnakeCaseKey { case seconds, uncertaintySeconds }
}
