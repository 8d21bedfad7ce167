internal import ViTFiles

/// Under which conditions a latency was measured or holds.
package struct LatencyConditions: Hashable, Sendable, Codable {
  /// The processor's name.
  package var device: String
  /// The engine and its version.
  package var engine: String
  package var batchSize: Int
  package var threads: Int
  /// Number format of weights and activations, such as "float32".
  package var precision: String
  /// ISO 8601.
  package var date: String

  package init(device: String, engine: String, batchSize: Int, threads: Int, precision: String, date: String) {
    self.device = device
    self.engine = engine
    self.batchSize = batchSize
    self.threads = threads
    self.precision = precision
    self.date = date
  }

  private enum CodingKeys: String, SnakeCaseKey { case device, engine, batchSize, threads, precision, date }
}
