package import ViTArchitecture
internal import ViTNumerics

/// Whether a kept latency model still holds: the reference network and a few members are measured again, and their ratios
/// compared with the model's. That the whole machine has become slower or faster changes no ratio, and no choice.
package struct ModelCheck: Hashable, Sendable {
  /// Networks measured, without the reference.
  package var count: Int
  /// Mean absolute error of the predicted ratios.
  package var meanAbsoluteError: Double
  /// The largest such error of a model that holds.
  package var limit: Double
  /// What the reference takes now, over what it took when the model was measured.
  package var drift: Double

  package var holds: Bool { meanAbsoluteError <= limit }

  /// Seconds of measuring.
  package static let budgetSeconds = 1.5
  private static let networks = 4

  /// - Parameter reference: The network that the model's were measured beside.
  /// - Throws: What measuring and predicting throw.
  package init(
    of model: LatencyModel, beside reference: Architecture, measuring: any LatencyMeasuring,
    progress: @Sendable (Double) -> Bool = { _ in true }
  ) throws {
    // Spread over the latencies, the fastest and the slowest among them.
    let known = model.measurements.filter { !$0.isAuxiliary && $0.architecture != reference }
      .sorted { ($0.record.seconds, $0.architecture.depth) < ($1.record.seconds, $1.architecture.depth) }
    let count = min(Self.networks, known.count)
    let chosen = (0..<count).map { known[count < 2 ? 0 : $0 * (known.count - 1) / (count - 1)].architecture }
    let records = try measuring.measure(
      [reference] + chosen, beside: reference, budgetSeconds: Self.budgetSeconds, progress: progress)
    guard records.count == count + 1, let own = records.first?.seconds, own > 0 else {
      throw LatencyError(.insufficient, "\(count + 1) networks were to be measured, but \(records.count) came back")
    }
    let seconds = try model.referenceSeconds(of: reference)
    let errors = try zip(chosen, records.dropFirst()).map { architecture, record in
      abs(try model.predict(architecture).seconds / seconds / (record.ratio?.value ?? record.seconds / own) - 1)
    }
    self.count = count
    meanAbsoluteError = errors.reduce(0, +) / Double(max(count, 1))
    // A model is not thrown away for the error that it was known to have.
    limit = max(LatencyModel.acceptableError, 1.5 * model.leaveOneOut.meanAbsolute)
    drift = own / seconds
  }
}
