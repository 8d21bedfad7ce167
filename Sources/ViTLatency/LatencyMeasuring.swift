package import ViTArchitecture

/// Measures real models on this device.
package protocol LatencyMeasuring: Sendable {
  /// Measures the architectures interleaved, so that drift hits all alike, and every sample of each beside one of a
  /// reference network, so that other programs and a changing clock hit both.
  ///
  /// - Parameters:
  ///   - reference: What ratios are to; it may be one of the architectures. Nil takes the first of these.
  ///   - budgetSeconds: Wall-clock time for all.
  ///   - progress: Called with the fraction done, 0 to 1; returning `false` asks to stop.
  /// - Returns: One record for each architecture, in order.
  func measure(
    _ architectures: [Architecture], beside reference: Architecture?, budgetSeconds: Double,
    progress: @Sendable (Double) -> Bool
  ) throws -> [LatencyRecord]
}

extension LatencyMeasuring {
  /// Measures beside the first of the architectures.
  package func measure(
    _ architectures: [Architecture], budgetSeconds: Double, progress: @Sendable (Double) -> Bool
  ) throws -> [LatencyRecord] {
    try measure(architectures, beside: nil, budgetSeconds: budgetSeconds, progress: progress)
  }
}
