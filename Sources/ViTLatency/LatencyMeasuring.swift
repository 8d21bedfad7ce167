package import ViTArchitecture

/// Measures real models on this device.
package protocol LatencyMeasuring: Sendable {
  /// Measures the architectures interleaved, so that drift hits all alike.
  ///
  /// - Returns: One record for each architecture, in order.
  func measure(
    _ architectures: [Architecture], budgetSeconds: Double, progress: @Sendable (Double) -> Bool
  ) throws -> [LatencyRecord]
}
