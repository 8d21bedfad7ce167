internal import ArgumentParser
internal import ViTRuns

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
  var format: LatencyImport.Format?

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
    var settings = LatencyImport.Settings(table: file, device: device, batchSize: batchSize, to: destination)
    settings.format = format
    settings.engine = engine
    settings.precision = precision
    settings.tokenCount = tokens
    settings.isMonotone = monotone
    settings.overwrite = overwrite
    let outcome = try LatencyImport(settings).run()
    if json { return try JSONOutput.print(outcome) }
    Console.print("wrote \(outcome.points) points to \(outcome.path)\n")
  }
}

extension LatencyImport.Format: ExpressibleByArgument {}
