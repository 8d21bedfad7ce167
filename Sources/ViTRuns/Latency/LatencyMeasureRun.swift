internal import ViTArchitecture
internal import ViTFiles
package import ViTLatency
internal import ViTMeasuring
internal import ViTNumerics
internal import ViTSearch

/// Measures members of a space on this device and fits a latency model to them.
package struct LatencyMeasureRun: Sendable {
  package struct Settings: Hashable, Sendable {
    /// The search-space document.
    package var space: String
    package var options = LatencyOptions()
    /// Seconds to measure for; nil for the document's.
    package var budgetSeconds: Double?
    /// Where the model goes; nil for where it is found again.
    package var file: String?
    package var overwrite = false

    package init(space: String) { self.space = space }
  }

  package struct Outcome: Sendable {
    package let model: LatencyModel
    /// Where it lies.
    package let path: String
  }

  package let settings: Settings

  package init(_ settings: Settings) { self.settings = settings }

  /// Blocks until the model is written.
  ///
  /// - Throws: `DocumentError`, `LatencyError`; `FileError` when the file exists or cannot be written;
  ///   `CancellationError` when the observer asks to stop.
  package func run(_ observer: RunObserver = .none) throws -> Outcome {
    let space = settings.options.applied(to: try SearchSpace(contentsOf: settings.space))
    let members = try SpaceMembers(of: space)
    // Before measuring, since the result would be lost.
    let folders =
      try settings.file.map { try ResultFile.prepare($0, overwrite: settings.overwrite) }
      ?? NewFolders(at: LatencyModelStore.standard.folder)
    defer { folders.removeEmpty() }
    let meter = DeviceLatencyMeter(batchSize: space.latency.batchSize, threads: space.latency.threads)
    let model = try LatencyModelling(meter: meter).model(
      for: members, budgetSeconds: settings.budgetSeconds ?? space.latency.budgetSeconds,
      progress: observer.fractions(of: "measuring"))
    let path = try settings.file ?? LatencyModelStore.standard.store(model, document: members.digest)
    if settings.file != nil { try LatencyFile.model(model).write(to: path) }
    observer.finished("measured \(model.measurements.count) models on \(model.conditions.device)")
    return Outcome(model: model, path: path)
  }
}

extension LatencyMeasureRun.Outcome: Encodable {
  private enum CodingKeys: String, SnakeCaseKey { case path, models, measurementHalfWidth, leaveOneOut, networks }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(path, forKey: .path)
    try container.encode(model.measurements.count, forKey: .models)
    try container.encode(model.measurementHalfWidth, forKey: .measurementHalfWidth)
    try container.encode(model.leaveOneOut, forKey: .leaveOneOut)
    // Of more the file tells.
    if model.terms.isEmpty { try container.encode(model.measurements.map(\.record), forKey: .networks) }
  }

  /// For people.
  package var text: String {
    let (errors, conditions) = (model.leaveOneOut, model.conditions)
    func percent(_ share: Double) -> String { ReadableNumber.percent(share) + "%" }
    func line(_ record: LatencyRecord) -> String {
      "measured \(record.latency.bracketed(ReadableNumber.milliseconds)) for a batch, \(record.repetitions) repetitions\n"
    }
    let company = model.measurements.compactMap(\.record.disturbedShare).max() ?? 0
    let fit =
      model.terms.isEmpty
      ? model.measurements.map { line($0.record) }.joined()
        + "too few networks for a model of others: their latency is known, and that of no other\n"
      : """
      measurements known to ± \(percent(model.measurementHalfWidth))
      error of models left out of the fit: mean \(percent(errors.meanAbsolute)), 95% below \(percent(errors.quantile95))

      """
    let priority = model.measurements.first?.record.priority.map { $0 != .normal } ?? false
    return """
      batch \(conditions.batchSize), \(conditions.threads) threads, \(conditions.engine)\(priority ? ", before other programs" : "")
      \(fit)written to \(path)

      """
        + (company > 0.2
          ? "Other programs took a processor away during up to \(percent(company)) of a network's timings; these do not count.\n"
          : "") + (model.warning.map { "Warning: \($0).\n" } ?? "")
  }
}
