internal import Foundation
package import ViTArchitecture
internal import ViTKernels
package import ViTLatency
internal import ViTNumerics
internal import ViTSearch
internal import ViTMeasuring

// Where the search meets the engine and the latency model.

/// The engine as the search sees it; weights go to `studyFolder/weights`, named by `TrialIdentifier.weightsFileName`.
///
/// Called before anything is measured or written, so that a missing data set is noticed at once.
func makeEvaluator(
  space: SearchSpace, budget: SearchBudget, studyFolder: String, threads: Int?
) throws -> EngineEvaluator? {
  guard let dataset = space.dataset, let recipe = space.recipe else { return nil }
  let evaluator = try EngineEvaluator(
    dataset: dataset, classes: space.rule.classCount, recipe: recipe,
    documentFolder: URL(fileURLWithPath: space.source.path).deletingLastPathComponent().path,
    studyFolder: studyFolder, threads: threads ?? SystemInformation.coreCount)
  try evaluator.check(space.baselines.first?.architecture ?? (try? space.rule.architecture(at: space.rule.middle)))
  try evaluator.check(rungs: budget.rungs)
  return evaluator
}

/// The latency model of the space: fitted to measurements made now, or read from a file.
///
/// - Parameter progress: Called with the fraction done; returning `false` asks to stop with `CancellationError`.
package func makeLatency(
  space: SearchSpace, modelFile: String?, threads: Int?, progress: @Sendable (Double) -> Bool
) throws -> (predictor: LatencyFile, measuring: (any LatencyMeasuring)?, description: String) {
  let space = space.with(threads: threads)
  let measuring = try makeMeasuring(space: space, modelFile: modelFile, threads: threads)
  if let path = modelFile ?? space.latencyFile {
    guard let predictor = try LatencyModelLookup.predictor(for: space, explicitFile: path) as? LatencyFile else {
      throw SearchError(.unpredictable, "\(path) holds no latency model")
    }
    return (predictor, measuring, "latencies predicted from \(path)")
  }
  let model = try LatencyModelling(meter: space.latencyMeter).model(
    for: SpaceMembers(of: space), budgetSeconds: space.latency.budgetSeconds, progress: progress)
  // For `nvit rule show` and `nvit latency predict`; a study does not depend on it.
  _ = try? LatencyModelStore.standard.store(model)
  let errors = model.leaveOneOut
  return (
    .model(model), measuring,
    """
    latency model of \(model.measurements.count) measured networks, error of networks left out: \
    mean \(ReadableNumber.percent(errors.meanAbsolute))%, 95% below \(ReadableNumber.percent(errors.quantile95))%
    """
  )
}

/// What measures the members of a study; nil where latencies come from a file, which may speak of another device.
func makeMeasuring(space: SearchSpace, modelFile: String?, threads: Int?) throws -> (any LatencyMeasuring)? {
  let space = space.with(threads: threads)
  if let path = modelFile ?? space.latencyFile {
    guard case .model(let model) = try LatencyFile(contentsOf: path) else { return nil }
    guard model.conditions.device == Device.name else { return nil }
  }
  return space.latencyMeter
}

/// Versions of the libraries in use, by name.
func libraryVersions() -> [String: String] {
  ["GSL": GSL.version, "OpenBLAS": SystemInformation.openBLAS, "kernels": KernelSet.current.name]
}

extension SearchSpace {
  /// The space with the number of threads that was asked for.
  fileprivate func with(threads: Int?) -> SearchSpace {
    var space = self
    space.latency.threads = threads ?? latency.threads
    return space
  }

  fileprivate var latencyMeter: DeviceLatencyMeter {
    DeviceLatencyMeter(batchSize: latency.batchSize, threads: latency.threads)
  }

  /// The table or model file that the document names, relative to the document.
  fileprivate var latencyFile: String? {
    guard case .file(let path) = latency.source else { return nil }
    return URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: source.path)).path
  }
}
