internal import ArgumentParser
internal import Foundation
internal import ViTArchitecture
internal import ViTLatency
internal import ViTNumerics

struct LatencyPredictCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Predict the latency of an architecture, or of a space's baselines and members.",
    discussion: """
      Examples:
        nvit latency predict search-spaces/quickstart.yaml
        nvit latency predict outputs/deit-64/architecture.json

      Of a space with open numbers it prints the baselines and the range of a thousand random members.
      """)

  @Argument(help: "An architecture (JSON) or a search space (YAML).")
  var file: String

  @OptionGroup var options: LatencyOptions

  @Option(help: "A model or table to use; by default the one measured on this device.")
  var latencyModel: String?

  @Flag(help: "Print the result as JSON.")
  var json = false

  /// One line of the result.
  private struct Row: Encodable {
    var name: String
    var latency: Estimate

    init(_ name: String, _ latency: Estimate) {
      self.name = name
      self.latency = latency
    }

    private enum CodingKeys: String, CodingKey { case name }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(name, forKey: .name)
      try PredictedSeconds(wrappedValue: latency).encode(to: encoder)
    }
  }

  func run() async throws {
    let rows = file.lowercased().hasSuffix(".json") ? try architectureRows() : try spaceRows()
    if json { return try JSONOutput.print(rows) }
    let width = rows.map(\.name.count).max() ?? 0
    for row in rows {
      print(
        row.name.padding(toLength: width, withPad: " ", startingAt: 0)
          + "  \(row.latency.plusMinus(ReadableNumber.milliseconds))")
    }
  }

  private func architectureRows() throws -> [Row] {
    let architecture = try ModelSource.architecture(at: file)
    let found =
      try latencyModel.map { try explicit($0) }
      ?? LatencyModelLookup.predictor(for: architecture, batchSize: options.batch ?? 64, threads: options.threads)
    guard let predictor = found else { throw MissingLatencyModel(file: file) }
    return [Row("latency", try predictor.predict(architecture))]
  }

  private func spaceRows() throws -> [Row] {
    let space = options.applied(to: try SearchSpace(contentsOf: file))
    guard let predictor = try LatencyModelLookup.predictor(for: space, explicitFile: latencyModel) else {
      throw LatencyModelLookup.missing(for: space)
    }
    var rows = try space.baselines.map { Row($0.name, try predictor.predict($0.architecture)) }
    let members = try SpaceMembers(of: space, draws: 1000).members
    // Tables need not cover the whole space.
    let latencies = members.compactMap { try? predictor.predict($0) }.sorted { $0.seconds < $1.seconds }
    guard let fastest = latencies.first, let slowest = latencies.last else {
      if let member = members.first { _ = try predictor.predict(member) }
      return rows
    }
    if members.count == 1 {
      rows.append(Row(space.name, fastest))
    } else {
      rows.append(Row("fastest member", fastest))
      rows.append(Row("median member", latencies[latencies.count / 2]))
      rows.append(Row("slowest member", slowest))
    }
    return rows
  }

  private func explicit(_ path: String) throws -> any LatencyPredictor {
    let file = try LatencyFile(contentsOf: path)
    if case .model(let model) = file {
      try model.require(
        batchSize: options.batch ?? model.conditions.batchSize, threads: options.threads ?? model.conditions.threads)
    }
    return file
  }
}
