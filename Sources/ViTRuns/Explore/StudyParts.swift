internal import Foundation
internal import ViTArchitecture
internal import ViTKernels
internal import ViTLatency
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
  func with(threads: Int?) -> SearchSpace {
    var space = self
    space.latency.threads = threads ?? latency.threads
    return space
  }

  var latencyMeter: DeviceLatencyMeter {
    DeviceLatencyMeter(batchSize: latency.batchSize, threads: latency.threads)
  }

  /// The table or model file that the document names, relative to the document.
  var latencyFile: String? {
    guard case .file(let path) = latency.source else { return nil }
    return URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: source.path)).path
  }
}
