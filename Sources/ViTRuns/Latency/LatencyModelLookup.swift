internal import Foundation
package import ViTArchitecture
internal import ViTFiles
package import ViTLatency
internal import ViTMeasuring

/// Finds what predicts the latency of a space's members.
package enum LatencyModelLookup {
  /// The latency model or table for a space: the file given, else the file that the document names, else the model
  /// that was measured on this device for this space.
  ///
  /// - Returns: Nil if there is none yet: the document's file does not exist, or the space asks for measurements and no
  ///   stored model covers it.
  /// - Throws: `FileError` if the file given is missing, or one is damaged; `LatencyError` if a model was measured with
  ///   another batch size or number of threads than the space asks for.
  package static func predictor(for space: SearchSpace, explicitFile: String?) throws -> (any LatencyPredictor)? {
    let conditions = DeviceLatencyMeter.engineConditions(space.latency)
    if let path = explicitFile ?? file(of: space) {
      if explicitFile == nil, !FileManager.default.fileExists(atPath: path) { return nil }
      let file = try LatencyFile(contentsOf: path)
      if case .model(let model) = file {
        try model.require(batchSize: conditions.batchSize, threads: space.latency.threads ?? model.conditions.threads)
      }
      return file
    }
    let members = try SpaceMembers(of: space)
    let store = LatencyModelStore.standard
    let networks = members.baselines + members.extremes
    guard let first = networks.first else { return nil }
    return try store.model(for: conditions, LatencyShape(first), document: members.digest)
      ?? store.model(for: conditions, covering: networks)
  }

  /// The model that was measured on this device for an architecture; nil if there is none that covers it.
  package static func predictor(
    for architecture: Architecture, batchSize: Int, threads: Int?
  ) throws -> (any LatencyPredictor)? {
    let conditions = DeviceLatencyMeter.engineConditions(batchSize: batchSize, threads: threads)
    return try LatencyModelStore.standard.model(for: conditions, covering: [architecture])
  }

  /// What to tell the user when `predictor(for:explicitFile:)` found nothing.
  package static func missing(for space: SearchSpace) -> any Error {
    guard let path = file(of: space) else { return noModel(file: space.source.path) }
    return FileError(
      .notFound, path: path,
      reason: "the document's latency file does not exist; make it with `nvit latency import`")
  }

  /// What to tell the user when no model speaks for what a file holds.
  package static func noModel(file: String) -> RunError {
    RunError(
      .noLatencyModel,
      """
      no latency model for this device covers \(file); measure one with `nvit latency measure`, or name a file with \
      --latency-model
      """)
  }

  /// The file that the document names, relative to the document.
  static func file(of space: SearchSpace) -> String? {
    guard case .file(let path) = space.latency.source else { return nil }
    return URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: space.source.path)).path
  }
}

extension DeviceLatencyMeter {
  /// The conditions that a space asks for on this device.
  static func engineConditions(_ settings: LatencySettings) -> LatencyConditions {
    engineConditions(batchSize: settings.batchSize, threads: settings.threads)
  }
}
