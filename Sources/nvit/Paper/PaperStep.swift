/// One command of the chain.
struct PaperStep {
  /// In words, for the progress line and the table of times.
  var name: String
  var arguments: [String]
  /// Exists when the step is done; relative to the paper's folder.
  var product: String
  /// Files beside the product whose presence says that an interrupted command can go on.
  var resumableFiles: [String] = []
  /// Expected work, in epochs of the dense model; only for the estimate of the time left.
  var weight: Double
}

/// What a step took, as `steps.json` keeps it.
struct PaperStepRecord: Codable {
  var name: String
  var command: String
  var seconds: Double
  var peakMemoryBytes: Int?

  private enum CodingKeys: String, CodingKey {
    case name, command, seconds
    case peakMemoryBytes = "peak_memory_bytes"
  }
}
