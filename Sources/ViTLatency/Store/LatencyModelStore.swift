internal import Foundation
package import ViTArchitecture
package import ViTFiles
internal import ViTNumerics

/// The folder of the latency models that were measured on this machine.
package struct LatencyModelStore: Hashable, Sendable {
  package var folder: String

  package init(folder: String) { self.folder = folder }

  /// `outputs/latency` in the current folder, or the folder that the environment variable `NVIT_LATENCY_FOLDER` names.
  package static var standard: LatencyModelStore {
    let override = ProcessInfo.processInfo.environment["NVIT_LATENCY_FOLDER"] ?? ""
    return LatencyModelStore(folder: override.isEmpty ? "outputs/latency" : override)
  }

  /// Where the model for these conditions and this shape lies; the date does not count.
  package func path(for conditions: LatencyConditions, _ shape: LatencyShape) -> String {
    let identity: [String] = [
      conditions.device, conditions.engine, conditions.precision, "batch \(conditions.batchSize)",
      "threads \(conditions.threads)", "image \(shape.channels)x\(shape.imageSize)", "patch \(shape.patchSize)",
      "classes \(shape.classCount)", shape.hasDistillationToken ? "two tokens" : "one token",
    ]
    return "\(folder)/\(SHA256.hexDigest(identity.joined(separator: "\n").utf8).prefix(16)).json"
  }

  /// The model for these conditions and this shape; nil if none was stored.
  ///
  /// - Throws: `FileError` if there is a file but it does not hold such a model.
  package func model(for conditions: LatencyConditions, _ shape: LatencyShape) throws(FileError) -> LatencyModel? {
    let path = path(for: conditions, shape)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    guard case .model(let model) = try LatencyFile(contentsOf: path) else {
      throw FileError(.malformed, path: path, reason: "a latency table, expected a measured model")
    }
    var stored = model.conditions
    stored.date = conditions.date
    return stored == conditions && model.shape == shape ? model : nil
  }

  /// The stored model, if it speaks for every architecture given.
  package func model(
    for conditions: LatencyConditions, covering architectures: [Architecture]
  ) throws(FileError) -> LatencyModel? {
    guard let first = architectures.first, let model = try model(for: conditions, LatencyShape(first)) else {
      return nil
    }
    for architecture in architectures {
      do throws(LatencyError) { try model.require(architecture) } catch { return nil }
    }
    return model
  }

  /// Stores a model in place of any earlier one for the same conditions and shape.
  ///
  /// - Returns: The file's path.
  @discardableResult
  package func store(_ model: LatencyModel) throws(FileError) -> String {
    let path = path(for: model.conditions, model.shape)
    try LatencyFile.model(model).write(to: path)
    return path
  }
}
