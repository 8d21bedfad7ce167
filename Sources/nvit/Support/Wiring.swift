internal import Foundation
internal import ViTArchitecture
internal import ViTFiles
internal import ViTNumerics
internal import ViTSearch

// Where the search meets the parser, the engine and the latency model.

/// A part that is not connected yet.
struct NotConnected: Error, CustomStringConvertible {
  let description: String
}

/// Reads and checks a search-space document.
func readSpace(_ path: String) throws -> SearchSpace {
  throw NotConnected(description: "reading \(path) is not connected yet")
}

/// The values of a rule's open numbers at a point of the unit cube, by their place in the document.
func openNumberValues(of rule: ScalingRule, at point: [Double]) -> [String: Double] { [:] }

/// The engine as the search sees it; weights go to `studyFolder/weights`, named by `TrialIdentifier.weightsFileName`.
///
/// Called before anything is measured or written, so that a missing data set is noticed at once.
func makeEvaluator(space: SearchSpace, studyFolder: String, threads: Int?) throws -> any CandidateEvaluator {
  throw NotConnected(description: "the training engine is not connected yet")
}

/// The latency model of the space: fitted to measurements made now, or read from a file.
///
/// - Parameter progress: Called with the fraction done; returning `false` asks to stop with `CancellationError`.
func makeLatency(
  space: SearchSpace, modelFile: String?, threads: Int?, progress: @Sendable (Double) -> Bool
) throws -> (predictor: any LatencyPredictor, measuring: (any LatencyMeasuring)?, description: String) {
  throw NotConnected(description: "the latency model is not connected yet")
}

/// What measures the members of a resumed study, whose predictions are in its plan; nil where latencies come from
/// another device.
func makeMeasuring(space: SearchSpace, modelFile: String?, threads: Int?) throws -> (any LatencyMeasuring)? {
  throw NotConnected(description: "measuring is not connected yet")
}

/// The processor's name.
func deviceName() -> String {
  let information = (try? FileContents.readText("/proc/cpuinfo")) ?? ""
  let line = information.split(separator: "\n").first { $0.hasPrefix("model name") }
  return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown processor"
}

/// Versions of the libraries in use, by name.
func libraryVersions() -> [String: String] { ["GSL": GSL.version] }
