internal import ViTArchitecture
internal import ViTLatency
internal import ViTSearch

extension LatencyModelLookup {
  /// Where a study's latencies come from.
  struct Latencies {
    var predictor: any LatencyPredictor
    /// Measures the front; nil if the latencies are those of another device.
    var meter: DeviceLatencyMeter?
    /// One line on the source, for people.
    var summary: String
  }

  /// As `predictor(for:explicitFile:)`, but where the space asks for measurements and none are stored, it measures and
  /// stores a model.
  ///
  /// Blocks the caller's thread.
  ///
  /// - Throws: `FileError` if the document names a file that does not exist; `CancellationError` when `progress`
  ///   returned `false`.
  static func latencies(
    for space: SearchSpace, explicitFile: String?, progress: @Sendable (Double) -> Bool
  ) throws -> Latencies {
    let meter = DeviceLatencyMeter(batchSize: space.latency.batchSize, threads: space.latency.threads)
    if let predictor = try predictor(for: space, explicitFile: explicitFile) {
      let conditions = (predictor as? LatencyModel)?.conditions ?? (predictor as? LatencyFile)?.conditions
      guard let conditions else { return Latencies(predictor: predictor, meter: nil, summary: "a predictor") }
      var here = meter.conditions
      here.date = conditions.date
      return Latencies(
        predictor: predictor, meter: here == conditions ? meter : nil, summary: summary(of: predictor, conditions))
    }
    guard file(of: space) == nil else { throw missing(for: space) }
    let model = try LatencyModelling(meter: meter).model(
      for: SpaceMembers(of: space), budgetSeconds: space.latency.budgetSeconds, progress: progress)
    try LatencyModelStore.standard.store(model)
    return Latencies(predictor: model, meter: meter, summary: summary(of: model, model.conditions))
  }

  private static func summary(of predictor: any LatencyPredictor, _ conditions: LatencyConditions) -> String {
    let place = "\(conditions.device), batch \(conditions.batchSize)"
    let model: LatencyModel? =
      if case .model(let model)? = predictor as? LatencyFile { model } else { predictor as? LatencyModel }
    guard let model else { return "an imported table, \(place)" }
    return
      "\(model.measurements.count) models measured on \(place), \(conditions.threads) threads; error of models left "
      + "out \(Text.percent(model.leaveOneOut.meanAbsolute))"
  }
}
