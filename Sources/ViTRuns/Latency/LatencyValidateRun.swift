internal import ViTArchitecture
package import ViTLatency
internal import ViTNumerics
internal import ViTMeasuring

/// Checks a latency model against whole models that it has not seen.
package struct LatencyValidateRun: Sendable {
  package struct Settings: Hashable, Sendable {
    /// The search-space document.
    package var space: String
    package var options = LatencyOptions()
    /// Members to measure.
    package var count = 40
    /// Of the draw.
    package var seed: UInt64 = 0
    /// Seconds to measure for; nil for the document's.
    package var budgetSeconds: Double?
    /// The model's file; nil for the one measured on this device.
    package var latencyModel: String?

    package init(space: String) { self.space = space }
  }

  package let settings: Settings

  package init(_ settings: Settings) { self.settings = settings }

  /// Blocks until the members are measured.
  ///
  /// - Throws: `DocumentError`; `RunError` and `FileError` when there is no model; `LatencyError` for one of another
  ///   device; `CancellationError` when the observer asks to stop.
  package func run(_ observer: RunObserver = .none) throws -> LatencyValidation {
    let space = settings.options.applied(to: try SearchSpace(contentsOf: settings.space))
    let model = try measuredModel(for: space)
    let meter = DeviceLatencyMeter(batchSize: model.conditions.batchSize, threads: model.conditions.threads)
    var conditions = meter.conditions
    conditions.date = model.conditions.date
    guard conditions == model.conditions else {
      throw LatencyError(
        .mismatch,
        """
        the model was measured on \(model.conditions.device) with \(model.conditions.engine), \
        this is \(conditions.device) with \(conditions.engine)
        """)
    }
    let members = try SpaceMembers(of: space)
    let validation = try LatencyValidation(
      of: model, excluding: Set((model.measurements + model.checks).map(\.architecture)), members: members,
      count: settings.count, seed: settings.seed
    ) { architectures in
      try meter.measure(
        architectures, beside: members.reference,
        budgetSeconds: settings.budgetSeconds ?? space.latency.budgetSeconds,
        progress: observer.fractions(of: "validating"))
    }
    observer.finished("measured \(validation.errors.count) members that the model has not seen")
    return validation
  }

  private func measuredModel(for space: SearchSpace) throws -> LatencyModel {
    switch try LatencyModelLookup.predictor(for: space, explicitFile: settings.latencyModel) {
    case let model as LatencyModel: return model
    case LatencyFile.model(let model)?: return model
    case nil: throw LatencyModelLookup.missing(for: space)
    default: throw LatencyError(.mismatch, "an imported table cannot be checked on this device, only a measured model")
    }
  }

  /// A validation for people.
  package static func text(_ validation: LatencyValidation) -> String {
    func percent(_ share: Double) -> String { ReadableNumber.percent(share) + "%" }
    func line(_ name: String, _ estimate: Estimate, _ text: (Double) -> String) -> String {
      name + String(repeating: " ", count: max(0, 22 - name.count))
        + text(estimate.value)
        + (estimate.interval.map { "   95% interval \(text($0.lower)) to \(text($0.upper))" } ?? "") + "\n"
    }
    return line("mean absolute error", validation.meanAbsoluteError, percent)
      + line("within 5%", validation.within5Percent, percent) + line("within 10%", validation.within10Percent, percent)
      + (validation.kendallTau.map { line("Kendall's tau", $0) { ReadableNumber.fixed($0, decimals: 3) } } ?? "")
      + Self.depths(validation)
        + """
        drift                 \(ReadableNumber.fixed(validation.drift, decimals: 2))x since the model was measured, taken \
        from the reference network or the baselines and corrected for; without that the mean absolute error is \
        \(percent(validation.uncorrectedMeanAbsoluteError))
        largest error         \(percent(validation.errors.largest))
        measurements known to ± \(percent(validation.measurementHalfWidth))
        \(validation.outsideReason.map { "outside               \(validation.outside) further members lie outside what was measured and are not searched, such as: \($0)\n" } ?? "")
        """
  }

  /// Predicted over measured latency by depth; nothing where all networks have the same.
  private static func depths(_ validation: LatencyValidation) -> String {
    guard validation.depths.count > 1 else { return "" }
    func number(_ value: Double) -> String { ReadableNumber.fixed(value, decimals: 3) }
    return "predicted over measured, by depth\n"
      + validation.depths.map { depth in
        let label = "  " + ReadableNumber.count(depth.depth, "block")
        return label + String(repeating: " ", count: max(1, 22 - label.count))
          + depth.predictedOverMeasured.bracketed(number) + ", " + ReadableNumber.count(depth.count, "network") + "\n"
      }.joined()
  }
}
