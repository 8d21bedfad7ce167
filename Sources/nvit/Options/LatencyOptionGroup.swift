internal import ArgumentParser
internal import ViTRuns

/// Under which conditions the engine is measured.
struct LatencyOptionGroup: ParsableArguments {
  @Option(
    name: [.customLong("batch-size"), .customLong("batch")],
    help: "Images in a batch; by default what the document says, or 64.")
  var batch: Int?

  @Option(help: "Threads of the engine; by default what the document says, or every core.")
  var threads: Int?

  func validate() throws {
    if let batch, !(1...65_536).contains(batch) {
      throw ValidationError("--batch-size is \(batch), expected 1 to 65536")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is \(threads), expected 1 to 1024")
    }
  }

  var options: LatencyOptions { LatencyOptions(batchSize: batch, threads: threads) }
}
