internal import ArgumentParser
internal import Foundation
internal import ViTArchitecture
internal import ViTBenchmarks
internal import ViTFiles
internal import ViTNumerics
internal import ViTReport

struct BenchModelsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "List the models that benchmarks compare engines on.",
    discussion: """
      Example:
        nvit bench models --to architectures
      """)

  @Option(help: "Folder to write their JSON architectures to.")
  var to: String?

  @Flag(help: "Print the list as JSON.")
  var json = false

  mutating func run() async throws {
    let models = BenchmarkModel.all
    if let to {
      _ = try NewFolders(at: to)
      for model in models {
        try AtomicFile.write(model.architecture.canonicalJSON + "\n", to: "\(to)/\(model.name).json")
      }
    }
    if json {
      return try JSONOutput.print(
        models.map { model in
          let training = FlopCount(model.architecture, mode: .training)
          let inference = FlopCount(model.architecture, mode: .inference)
          return Entry(
            name: model.name, batchSize: model.batchSize, embedding: model.architecture.embedding,
            tokens: model.architecture.tokenCount, parameters: model.architecture.parameterCount,
            trainingFlops: training.nominal, inferenceFlops: inference.nominal)
        })
    }
    var rows = [["model", "batch", "E", "tokens", "blocks", "parameters", "MMACs per image"]]
    for model in models {
      let architecture = model.architecture
      rows.append([
        model.name, "\(model.batchSize)", "\(architecture.embedding)", "\(architecture.tokenCount)",
        "\(architecture.depth)", "\(architecture.parameterCount)",
        ReadableNumber.fixed(Double(architecture.multiplyAccumulates) / 1e6, decimals: 1),
      ])
    }
    print(TextTable.lines(rows))
  }

  private struct Entry: Encodable {
    var name: String
    var batchSize: Int
    var embedding: Int
    var tokens: Int
    var parameters: Int
    /// Nominal, for one image.
    var trainingFlops: Double
    var inferenceFlops: Double
  }
}
