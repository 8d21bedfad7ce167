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
  /// Rough size in memory of an inference model: weights, and the widest activations of one batch.
  package func inferenceBytes(batchSize: Int) -> Double {
    let widest = blocks.map { block in
      block.heads * (2 * block.queryKey + 2 * block.value + tokenCount) + block.mlpHidden
    }
    let perImage = tokenCount * (4 * embedding + (widest.max() ?? 0)) + 2 * patchCount * patchValues
    return 4 * (Double(parameterCount) + Double(batchSize) * Double(perImage))
  }
}
