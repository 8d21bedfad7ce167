internal import ViTArchitecture
public import ViTData
internal import ViTKernels

/// Accuracy and loss of a model on labelled images.
public struct Evaluation: Hashable, Sendable {
  /// Share of images whose most likely class is the label, 0 to 1.
  public let accuracy: Double
  /// Mean cross entropy with the labels, in nats.
  public let loss: Double
  public let imageCount: Int

  /// Evaluates without augmentation; models with a distillation head answer with the mean of both heads' logits.
  ///
  /// - Parameters:
  ///   - images: At least one image, of the model's size and channels.
  ///   - threads: At least 1.
  public init(of weights: ModelWeights, on images: ImageSet, normalization: Normalization, threads: Int) {
    let batch = min(256, max(1, images.count))
    let model = InferenceModel(weights: weights, batchSize: batch, threads: threads)
    let classes = weights.architecture.classCount
    let input = FloatBuffer(count: batch * images.imageBytes)
    let logits = FloatBuffer(count: batch * classes)
    let scratch = UnsafeMutablePointer<Double>.allocate(capacity: classes)
    defer { scratch.deallocate() }
    var correct = 0
    var total = 0.0
    for start in stride(from: 0, to: images.count, by: batch) {
      let range = start..<min(start + batch, images.count)
      evaluationBatch(of: images, range: range, normalization: normalization, into: input.pointer)
      model.logits(of: input.pointer, count: range.count, into: logits.pointer)
      for (row, image) in range.enumerated() {
        let values = UnsafePointer(logits.pointer + row * classes)
        let label = Int(images.labels[image])
        if LogitLoss.largest(values, classes) == label { correct += 1 }
        total += LogitLoss.softmax(values, classes, temperature: 1, into: scratch) - Double(values[label])
      }
    }
    imageCount = images.count
    accuracy = images.count > 0 ? Double(correct) / Double(images.count) : 0
    loss = images.count > 0 ? total / Double(images.count) : 0
  }
}
