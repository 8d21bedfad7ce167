package import ViTArchitecture

/// Predicts what one inference batch of an architecture takes.
package protocol LatencyPredictor: Sendable {
  /// - Throws: When the architecture lies outside what the predictor can speak for; the error says which dimension.
  func predict(_ architecture: Architecture) throws -> LatencyEstimate

  /// The predictor prepared for members of a family; nil if it has no such form, or cannot speak for any member.
  ///
  /// - Parameter frame: What all members share.
  func compiled(for frame: Architecture) -> (any CompiledLatency)?
}

extension LatencyPredictor {
  package func compiled(for frame: Architecture) -> (any CompiledLatency)? { nil }
}

/// Measures real models on this device.
package protocol LatencyMeasuring: Sendable {
  /// Measures the architectures interleaved, so that drift hits all alike.
  ///
  /// - Returns: One record for each architecture, in order.
  func measure(
    _ architectures: [Architecture], budgetSeconds: Double, progress: @Sendable (Double) -> Bool
  ) throws -> [LatencyRecord]
}

/// A predicted latency.
package struct LatencyEstimate: Hashable, Sendable, Codable {
  /// Seconds for one batch.
  package var seconds: Double
  /// Half width of the interval that holds 95% of the prediction errors seen in validation, in seconds; 0 if unknown.
  package var uncertaintySeconds: Double

  package init(seconds: Double, uncertaintySeconds: Double) {
    self.seconds = seconds
    self.uncertaintySeconds = uncertaintySeconds
  }

  private enum CodingKeys: String, CodingKey {
    case seconds
    case uncertaintySeconds = "uncertainty_seconds"
  }
}

/// A measured latency, with what is needed to believe it.
package struct LatencyRecord: Hashable, Sendable, Codable {
  /// Median seconds for one batch.
  package var seconds: Double
  /// 95% confidence interval of the median, in seconds.
  package var lowerSeconds: Double
  package var upperSeconds: Double
  package var repetitions: Int
  package var warmups: Int
  package var conditions: LatencyConditions

  package init(
    seconds: Double, lowerSeconds: Double, upperSeconds: Double, repetitions: Int, warmups: Int,
    conditions: LatencyConditions
  ) {
    self.seconds = seconds
    self.lowerSeconds = lowerSeconds
    self.upperSeconds = upperSeconds
    self.repetitions = repetitions
    self.warmups = warmups
    self.conditions = conditions
  }

  private enum CodingKeys: String, CodingKey {
    case seconds
    case lowerSeconds = "lower_seconds"
    case upperSeconds = "upper_seconds"
    case repetitions, warmups, conditions
  }
}

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

  private enum CodingKeys: String, CodingKey {
    case device, engine
    case batchSize = "batch_size"
    case threads, precision, date
  }
}
