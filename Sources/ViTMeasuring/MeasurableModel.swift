package import ViTArchitecture
internal import ViTTraining

/// A model that is ready to run.
package protocol MeasurableModel {
  /// One forward pass of one batch.
  func runBatch()
}

/// Builds models to be measured.
package struct ModelBuilder: Sendable {
  /// Builds a model from an architecture, images per batch, and threads.
  package var build: @Sendable (Architecture, _ batchSize: Int, _ threads: Int) throws -> any MeasurableModel

  package init(
    build: @escaping @Sendable (Architecture, _ batchSize: Int, _ threads: Int) throws -> any MeasurableModel
  ) {
    self.build = build
  }
}

extension Architecture {
  /// Size in memory of nvit's inference model: its weights, as they are and packed for both passes, its images, and the
  /// activations of the batch's parts that are in work at a time.
  package func inferenceBytes(batchSize: Int, threads: Int) -> Double {
    MemoryNeed.inference(self, batchSize: batchSize, threads: threads)
  }
}
