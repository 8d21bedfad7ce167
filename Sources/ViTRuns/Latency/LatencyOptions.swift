internal import ViTArchitecture

/// Conditions that are asked for in place of a document's; nil leaves those.
package struct LatencyOptions: Hashable, Sendable {
  /// Images in a batch.
  package var batchSize: Int?
  /// Of the engine.
  package var threads: Int?

  package init(batchSize: Int? = nil, threads: Int? = nil) {
    self.batchSize = batchSize
    self.threads = threads
  }

  func applied(to space: SearchSpace) -> SearchSpace {
    var space = space
    space.latency.batchSize = batchSize ?? space.latency.batchSize
    space.latency.threads = threads ?? space.latency.threads
    return space
  }
}
