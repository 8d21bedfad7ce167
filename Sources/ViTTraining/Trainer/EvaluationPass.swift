internal import ViTArchitecture
internal import ViTData
internal import ViTKernels

/// A model's logits of all images of a set as they are, batch by batch.
struct EvaluationPass {
  private let model: InferenceModel
  private let images: ImageSet
  private let normalization: Normalization

  /// - Parameters:
  ///   - images: Of the model's size and channels.
  ///   - threads: At least 1.
  init(of weights: ModelWeights, on images: ImageSet, normalization: Normalization, threads: Int) {
    self.images = images
    self.normalization = normalization
    model = InferenceModel(weights: weights, batchSize: min(256, max(1, images.count)), threads: threads)
  }

  /// Calls `body` with the images' indices and their logits, (images, classes).
  ///
  /// - Parameters:
  ///   - separatesHeads: Whether the heads' logits come apart, the distillation head's last; without it there is their
  ///     mean alone.
  func forEachBatch(
    separatesHeads: Bool = false, _ body: (Range<Int>, _ logits: Vector, _ distillationLogits: Vector) -> Void
  ) {
    let (batch, classes) = (model.batchSize, model.architecture.classCount)
    let input = FloatBuffer(count: batch * images.imageBytes)
    let logits = FloatBuffer(count: batch * classes)
    let distillationLogits = FloatBuffer(count: separatesHeads ? batch * classes : 0)
    for start in stride(from: 0, to: images.count, by: batch) {
      let range = start..<min(start + batch, images.count)
      let floats = range.count * classes
      input[0..<range.count * images.imageBytes].withMutableSpan { input in
        evaluationBatch(of: images, range: range, normalization: normalization, into: &input)
      }
      if separatesHeads {
        model.logits(of: input, count: range.count, into: logits, distillationLogits: distillationLogits)
      } else {
        model.logits(of: input, count: range.count, into: logits)
      }
      body(range, logits[0..<floats], distillationLogits[0..<(separatesHeads ? floats : 0)])
    }
  }
}
