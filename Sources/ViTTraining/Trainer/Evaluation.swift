internal import ViTArchitecture
package import ViTData
internal import ViTKernels

/// Accuracy and loss of a model on labelled images.
package struct Evaluation: Hashable, Sendable {
  /// Share of images whose most likely class is the label, 0 to 1.
  package let accuracy: Double
  /// Mean cross entropy with the labels, in nats.
  package let loss: Double
  package let imageCount: Int

  /// Evaluates without augmentation; models with a distillation head answer with the mean of both heads' logits.
  ///
  /// - Parameters:
  ///   - images: At least one image, of the model's size and channels.
  ///   - threads: At least 1.
  package init(of weights: ModelWeights, on images: ImageSet, normalization: Normalization, threads: Int) {
    let batch = min(256, max(1, images.count))
    let model = InferenceModel(weights: weights, batchSize: batch, threads: threads)
    let classes = weights.architecture.classCount
    let input = FloatBuffer(count: batch * images.imageBytes)
    let logits = FloatBuffer(count: batch * classes)
    var tally = Tally(classes: classes)
    for start in stride(from: 0, to: images.count, by: batch) {
      let range = start..<min(start + batch, images.count)
      evaluationBatch(of: images, range: range, normalization: normalization, into: input.pointer)
      model.logits(of: input.pointer, count: range.count, into: logits.pointer)
      for (row, image) in range.enumerated() {
        tally.add(logits.pointer + row * classes, label: Int(images.labels[image]))
      }
    }
    self.init(tally, imageCount: images.count)
  }

  /// Scores logits that were computed before.
  ///
  /// - Parameter labels: One for each of the logits' images, less than their number of classes.
  package init(of logits: TeacherLogits, labels: [UInt8]) {
    precondition(labels.count == logits.imageCount, "labels do not match logits")
    var tally = Tally(classes: logits.classCount)
    for (image, label) in labels.enumerated() {
      tally.add((0..<logits.classCount).map { logits.value(image: image, class: $0) }, label: Int(label))
    }
    self.init(tally, imageCount: labels.count)
  }

  private init(_ tally: borrowing Tally, imageCount: Int) {
    self.imageCount = imageCount
    accuracy = imageCount > 0 ? Double(tally.correct) / Double(imageCount) : 0
    loss = imageCount > 0 ? tally.loss / Double(imageCount) : 0
  }

  /// Counts images as they come.
  private struct Tally: ~Copyable {
    private(set) var correct = 0
    /// Summed over images.
    private(set) var loss = 0.0
    private let classes: Int
    private let scratch: UnsafeMutablePointer<Double>

    init(classes: Int) {
      self.classes = classes
      scratch = .allocate(capacity: classes)
    }

    deinit { scratch.deallocate() }

    mutating func add(_ logits: UnsafePointer<Float>, label: Int) {
      if LogitLoss.largest(logits, classes) == label { correct += 1 }
      loss += LogitLoss.softmax(logits, classes, temperature: 1, into: scratch) - Double(logits[label])
    }
  }
}
