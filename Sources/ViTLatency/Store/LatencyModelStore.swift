internal import Foundation
package import ViTArchitecture
package import ViTFiles
internal import ViTNumerics

/// The folder of the latency models that were measured on this machine: one for each space, or dense model to be pruned, and
/// the conditions and shape that it was measured under.
package struct LatencyModelStore: Hashable, Sendable {
  package var folder: String

  package init(folder: String) { self.folder = folder }

  /// `outputs/latency` in the current folder, or the folder that the environment variable `NVIT_LATENCY_FOLDER` names.
  package static var standard: LatencyModelStore {
    let override = ProcessInfo.processInfo.environment["NVIT_LATENCY_FOLDER"] ?? ""
    return LatencyModelStore(folder: override.isEmpty ? "outputs/latency" : override)
  }

  /// Where the model for these conditions, this shape and this document lies; the date does not count.
  ///
  /// - Parameter document: A digest of what was to be predicted, such as `SpaceMembers.digest`.
  package func path(for conditions: LatencyConditions, _ shape: LatencyShape, document: String) -> String {
    "\(folder)/\(stem(conditions, shape))-\(document.prefix(16)).json"
  }

  /// What the names of all models for these conditions and this shape begin with.
  private func stem(_ conditions: LatencyConditions, _ shape: LatencyShape) -> String {
    let identity: [String] = [
      conditions.device, conditions.engine, conditions.precision, "batch \(conditions.batchSize)",
      "threads \(conditions.threads)", "image \(shape.channels)x\(shape.imageSize)", "patch \(shape.patchSize)",
      "classes \(shape.classCount)", shape.hasDistillationToken ? "two tokens" : "one token",
    ]
    return String(SHA256.hexDigest(identity.joined(separator: "\n").utf8).prefix(16))
  }

  /// The model for these conditions, this shape and this document; nil if none was stored.
  ///
  /// - Throws: `FileError` if there is a file but it does not hold such a model.
  package func model(
    for conditions: LatencyConditions, _ shape: LatencyShape, document: String
  ) throws(FileError) -> LatencyModel? {
    try model(at: path(for: conditions, shape, document: document), conditions, shape)
  }

  private func model(
    at path: String, _ conditions: LatencyConditions, _ shape: LatencyShape
  ) throws(FileError) -> LatencyModel? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    guard case .model(let model) = try LatencyFile(contentsOf: path) else {
      throw FileError(.malformed, path: path, reason: "a latency table, expected a measured model")
    }
    var stored = model.conditions
    stored.date = conditions.date
    return stored == conditions && model.shape == shape ? model : nil
  }

  /// The latest stored model for these conditions that speaks for every architecture given, whatever it was measured for.
  package func model(
    for conditions: LatencyConditions, covering architectures: [Architecture]
  ) throws(FileError) -> LatencyModel? {
    guard let first = architectures.first else { return nil }
    let shape = LatencyShape(first)
    let stem = stem(conditions, shape)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var latest: LatencyModel?
    for name in names.sorted() where name.hasPrefix(stem) && name.hasSuffix(".json") {
      guard let model = try model(at: "\(folder)/\(name)", conditions, shape),
        model.conditions.date > latest?.conditions.date ?? "",
        architectures.allSatisfy({ model.support(of: $0).isInside })
      else { continue }
      latest = model
    }
    return latest
  }

  /// Stores a model in place of any earlier one for the same conditions, shape and document.
  ///
  /// - Returns: The file's path.
  @discardableResult
  package func store(_ model: LatencyModel, document: String) throws(FileError) -> String {
    let path = path(for: model.conditions, model.shape, document: document)
    try LatencyFile.model(model).write(to: path)
    return path
  }
}
