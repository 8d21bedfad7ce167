internal import ViTArchitecture
internal import ViTFiles
internal import ViTLatency
package import ViTNumerics
internal import ViTSearch

/// Predicts the latency of an architecture, or of a space's baselines and members.
package struct LatencyPrediction: Sendable {
  package struct Settings: Hashable, Sendable {
    /// An architecture (JSON) or a search space.
    package var file: String
    package var options = LatencyOptions()
    /// A model or table to use; nil for the one measured on this device.
    package var latencyModel: String?

    package init(file: String) { self.file = file }
  }

  /// One prediction, for one batch.
  package struct Row: Encodable, Sendable {
    package let name: String
    package let latency: Estimate
    /// What to know before the prediction is believed: that it lies outside what was measured, or that others do.
    package let remark: String?

    private enum CodingKeys: String, CodingKey { case name, remark }

    init(_ name: String, _ latency: Estimate, remark: String? = nil) {
      self.name = name
      self.latency = latency
      self.remark = remark
    }

    /// The prediction for an architecture, with a remark if nothing like it was measured.
    init(_ name: String, _ architecture: Architecture, by predictor: any LatencyPredictor) throws {
      self.init(
        name, try predictor.predict(architecture),
        remark: predictor.support(of: architecture).reason.map { "outside what was measured: \($0)" })
    }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(name, forKey: .name)
      try container.encodeIfPresent(remark, forKey: .remark)
      try PredictedSeconds(wrappedValue: latency).encode(to: encoder)
    }
  }

  package let settings: Settings

  package init(_ settings: Settings) { self.settings = settings }

  /// Of a space with open numbers: the baselines, and the range of a thousand random members.
  ///
  /// - Throws: `DocumentError`, `FileError`; `RunError` when there is no model; `LatencyError` for one of other conditions
  ///   or one that does not cover what is asked.
  package func run() throws -> [Row] {
    settings.file.lowercased().hasSuffix(".json") ? try architectureRows() : try spaceRows()
  }

  private func architectureRows() throws -> [Row] {
    let architecture = try Architecture(contentsOf: settings.file)
    let found =
      try settings.latencyModel.map { try explicit($0) }
      ?? LatencyModelLookup.predictor(
        for: architecture, batchSize: settings.options.batchSize ?? 64, threads: settings.options.threads)
    guard let predictor = found else { throw LatencyModelLookup.noModel(file: settings.file) }
    return [try Row("latency", architecture, by: predictor)]
  }

  private func spaceRows() throws -> [Row] {
    let space = settings.options.applied(to: try SearchSpace(contentsOf: settings.file))
    guard let predictor = try LatencyModelLookup.predictor(for: space, explicitFile: settings.latencyModel) else {
      throw LatencyModelLookup.missing(for: space)
    }
    var rows = try space.baselines.map { try Row($0.name, $0.architecture, by: predictor) }
    let members = try SpaceMembers(of: space, draws: 1000).members
    // Neither tables nor models need cover the whole space.
    let inside = members.filter { predictor.support(of: $0).isInside }
    let latencies = inside.compactMap { try? predictor.predict($0) }.sorted { $0.seconds < $1.seconds }
    guard let fastest = latencies.first, let slowest = latencies.last else {
      if let member = members.first { _ = try predictor.predict(member) }
      return rows
    }
    if members.count == 1 {
      rows.append(Row(space.name, fastest))
    } else {
      rows.append(Row("fastest member", fastest))
      rows.append(Row("median member", latencies[latencies.count / 2]))
      let outside = members.count - inside.count
      rows.append(
        Row(
          "slowest member", slowest,
          remark: outside == 0
            ? nil : "\(outside) of \(members.count) members lie outside what was measured and do not count"))
    }
    return rows
  }

  private func explicit(_ path: String) throws -> any LatencyPredictor {
    let file = try LatencyFile(contentsOf: path)
    if case .model(let model) = file {
      try model.require(
        batchSize: settings.options.batchSize ?? model.conditions.batchSize,
        threads: settings.options.threads ?? model.conditions.threads)
    }
    return file
  }

  /// Predictions for people, one a line.
  package static func text(_ rows: [Row]) -> String {
    let width = rows.map(\.name.count).max() ?? 0
    return rows.map { row in
      row.name + String(repeating: " ", count: width - row.name.count)
        + "  \(row.latency.plusMinus(ReadableNumber.milliseconds))\(row.remark.map { ", \($0)" } ?? "")\n"
    }.joined()
  }
}
