/// What an `EngineBenchmark` found.
package struct EngineReport: Encodable, Sendable {
  package var kernels: String
  package var threads: Int
  package var seconds: Double
  package var peak: Peak
  package var operations: [Operation] = []
  package var training: [Model] = []
  package var inference: [Model] = []

  /// Multiply-adds in registers, in GF/s.
  package struct Peak: Encodable, Sendable {
    package var oneCore: RateSummary
    package var allThreads: RateSummary
  }

  package struct Operation: Encodable, Sendable {
    package var operation: BenchmarkOperation
    package var embedding: Int
    package var unit: BenchmarkOperation.Unit
    package var rate: RateSummary
    /// Of one core's peak in the same round; nil where bytes are counted.
    package var shareOfPeak: RateSummary?
  }

  package struct Model: Encodable, Sendable {
    package var model: String
    package var batchSize: Int
    package var imagesPerSecond: RateSummary
    /// In GF/s, see `FlopCount.nominal`.
    package var nominalRate: RateSummary
    /// In GF/s, see `FlopCount.performed`.
    package var performedRate: RateSummary
    /// `performedRate` as a share of the peak of all threads in the same round.
    package var shareOfPeak: RateSummary
  }
}
