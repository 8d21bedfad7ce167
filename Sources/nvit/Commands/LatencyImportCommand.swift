internal import ArgumentParser
internal import Foundation
internal import ViTFiles
internal import ViTLatency

struct LatencyImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Turn a table of block latencies of another device into a file that searches can use.",
    discussion: """
      Example:
        nvit latency import latency_head.json --device "Tesla V100" --batch-size 256 --tokens 198 --to v100.json

      Two formats are read. JSON: NViT's nested table, EMB_e -> QK_h_q -> V_v -> MLP_m -> seconds of one block, where
      MLP_1 stands for no MLP and an embedding of 0 is taken to cost nothing. CSV: a line for each point of a complete
      grid, under the header embedding,heads,query_key,value,mlp_hidden,seconds. Between its points the table is
      interpolated multilinearly; the latency of a model is the sum of its blocks.
      """)

  @Argument(help: "The table, a .json or .csv file.")
  var file: String

  @Option(help: "The device that was measured.")
  var device: String

  @Option(help: "Images in a batch.")
  var batchSize: Int

  @Option(help: "What ran on the device.")
  var engine = "unknown"

  @Option(help: "Number format of weights and activations.")
  var precision = "float32"

  @Option(help: "Tokens of the sequence that was measured; other lengths are then refused.")
  var tokens: Int?

  @Option(help: "The table's format: nested or csv; by default by the file's name.")
  var format: TableFormat?

  /// `LatencyTable.Format`, as an argument.
  enum TableFormat: String, ExpressibleByArgument, CaseIterable {
    case nested, csv
  }

  @Flag(help: "Raise each time to the largest of all points with no larger dimension, so that none falls.")
  var monotone = false

  @Option(name: .customLong("to"), help: "Where to write the table.")
  var destination: String

  @Flag(help: "Replace the file that --to names.")
  var overwrite = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    guard !device.isEmpty else { throw ValidationError("--device is empty, expected the name of a device") }
    guard (1...1_048_576).contains(batchSize) else {
      throw ValidationError("--batch-size is \(batchSize), expected 1 to 1048576")
    }
    if let tokens, !(1...1_048_576).contains(tokens) {
      throw ValidationError("--tokens is \(tokens), expected 1 to 1048576")
    }
  }

  func run() async throws {
    let text = try FileContents.readText(file, limit: LatencyFile.sizeLimit)
    let isCSV = format.map { $0 == .csv } ?? file.lowercased().hasSuffix(".csv")
    // Threads are the device's affair; 1 stands for one process.
    let conditions = LatencyConditions(
      device: device, engine: engine, batchSize: batchSize, threads: 1, precision: precision,
      date: Date().formatted(.iso8601))
    let table: LatencyTable
    do throws(LatencyError) {
      table = try LatencyTable(
        importing: text, format: isCSV ? .csv : .nested, conditions: conditions, tokenCount: tokens, monotone: monotone)
    } catch {
      throw FileError(.malformed, path: file, reason: error.description)
    }
    let folders = try ResultFile.prepare(destination, overwrite: overwrite)
    defer { folders.removeEmpty() }
    try LatencyFile.table(table).write(to: destination)
    struct Output: Encodable {
      var path: String
      var points: Int
    }
    if json { return try JSONOutput.print(Output(path: destination, points: table.pointCount)) }
    print("wrote \(table.pointCount) points to \(destination)")
  }
}
