/// The readers of files from elsewhere that are tried with bytes of any kind.
package enum FuzzedReader: String, CaseIterable, Sendable {
  /// A search space, read and shown.
  case document
  case architecture
  /// A latency model or table, read and asked.
  case latency
  /// Tables of block latencies that are imported.
  case latencyCSV = "latency-csv"
  case latencyNested = "latency-nested"
  /// The bare format: header and every tensor.
  case safetensors
  /// Weights, training states and a teacher's logits in that format.
  case checkpoint
  /// Images and labels, plain or compressed.
  case idx
  case cifar
  case gzip
  /// A study that is shown and listed.
  case study
  /// A study that goes on.
  case resume
  /// A study that is rescued.
  case recover
  /// The write-ahead log of a study that is rescued.
  case log
  /// A pruned family, read and mined.
  case family
  /// What finetuning made of it.
  case finetuned
  /// The description of a trained model.
  case training
  /// A study's front, and where a run comes from.
  case front
  case provenance
  /// Numbers, targets and assignments as a command line has them.
  case argument
}
