package import ViTArchitecture

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
  /// Rough size in memory of an inference model: its weights, as they are and packed for both passes, its images, and
  /// the activations of a part of the batch on each thread.
  package func inferenceBytes(batchSize: Int, threads: Int) -> Double {
    let widest = blocks.map { block in
      block.heads * (2 * block.queryKey + 2 * block.value + tokenCount) + block.mlpHidden
    }
    let rows = max(512, 2 * tokenCount)
    let activations = threads * rows * (patchValues + 4 * embedding + (widest.max() ?? 0))
    return 4 * Double(3 * parameterCount + batchSize * channels * imageSize * imageSize + activations)
  }
}
