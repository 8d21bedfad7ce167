internal import ViTArchitecture
internal import ViTLatency
internal import ViTMeasuring
internal import ViTNumerics
internal import ViTPruning
internal import ViTTraining

/// Finds what predicts latencies from the dense model down to the smallest.
struct PruningLatency {
  let file: LatencyFile
  /// Where it comes from, for people.
  let remark: String

  /// The file that the command line names, else the one that the dense model's document named, else the stored model of
  /// this device, else one that is measured now and stored.
  ///
  /// - Parameter progress: Called with the share of measurements done; returning false stops.
  /// - Throws: `PruningError` when a file does not speak for this pruning or, not named on the command line, for this
  ///   device.
  static func find(
    _ source: PruningSource, explicitFile: String?, progress: @Sendable (Double) -> Bool
  ) throws -> PruningLatency {
    let settings = source.description.latency
    if let path = explicitFile {
      let file = try LatencyFile(contentsOf: path)
      return PruningLatency(file: try checked(file, path, source), remark: remark(file, path))
    }
    if case .file(let path) = settings.source {
      let file = try LatencyFile(contentsOf: path)
      guard file.conditions.device == Device.name else {
        throw PruningError(
          .unusableLatency,
          """
          \(path), which the dense model's document names, holds for \(file.conditions.device), and this device is \
          \(Device.name); to prune for that device all the same, name the file with --latency-model
          """)
      }
      if case .model(let model) = file {
        try model.require(batchSize: settings.batchSize, threads: settings.threads ?? model.conditions.threads)
      }
      return PruningLatency(file: try checked(file, path, source), remark: remark(file, path))
    }
    let dense = source.weights.architecture
    let conditions = DeviceLatencyMeter.engineConditions(settings)
    let ends = [dense, source.groups.smallest(of: dense)]
    if let stored = try LatencyModelStore.standard.model(for: conditions, covering: ends) {
      return PruningLatency(
        file: .model(stored), remark: remark(.model(stored), LatencyModelStore.standard.folder))
    }
    let meter = DeviceLatencyMeter(batchSize: settings.batchSize, threads: settings.threads)
    let model = try LatencyModelling(meter: meter).model(
      for: source.groups.members(of: dense), budgetSeconds: settings.budgetSeconds, progress: progress)
    // For the next run; this one keeps a copy of its own.
    _ = try? LatencyModelStore.standard.store(model, document: dense.digest)
    return PruningLatency(
      file: .model(model),
      remark: """
        latency model of \(model.measurements.count) measured prunings, error of those left out: mean \
        \(ReadableNumber.percent(model.leaveOneOut.meanAbsolute))%, 95% below \(ReadableNumber.percent(model.leaveOneOut.quantile95))%
        """)
  }

  /// - Throws: `PruningError` naming the dimension that a file does not cover.
  private static func checked(_ file: LatencyFile, _ path: String, _ source: PruningSource) throws -> LatencyFile {
    let dense = source.weights.architecture
    for (name, model) in [("the dense model", dense), ("the smallest model", source.groups.smallest(of: dense))] {
      let seconds: Double
      do {
        seconds = try file.predict(model).seconds
      } catch {
        throw PruningError(
          .unusableLatency,
          "\(path) does not cover \(name) of this pruning: \(error); a higher --floor keeps widths larger")
      }
      guard seconds > 0, seconds.isFinite else {
        throw PruningError(
          .unusableLatency, "\(path) predicts \(seconds) seconds for \(name), expected a finite time above 0")
      }
    }
    return file
  }

  private static func remark(_ file: LatencyFile, _ path: String) -> String {
    let conditions = file.conditions
    let device =
      conditions.device == Device.name
      ? "this device" : "another device, \(conditions.device), and not for this one"
    return "latencies from \(path): batch \(conditions.batchSize), for \(device)"
  }
}
