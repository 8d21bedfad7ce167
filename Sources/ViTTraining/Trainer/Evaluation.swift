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
    let classes = weights.architecture.classCount
    var tally = Tally()
    let pass = EvaluationPass(of: weights, on: images, normalization: normalization, threads: threads)
    pass.forEachBatch { range, logits, _ in
      let rows = logits.matrix(rows: range.count, columns: classes)
      for (row, image) in range.enumerated() {
        rows.row(row).withSpan { tally.add($0, label: Int(images.labels[image])) }
      }
    }
    self.init(tally, imageCount: images.count)
  }

  /// Scores logits that were computed before.
  ///
  /// - Parameter labels: One for each of the logits' images, less than their number of classes.
  package init(of logits: TeacherLogits, labels: [UInt8]) {
    precondition(labels.count == logits.imageCount, "labels do not match logits")
    var tally = Tally()
    for (image, label) in labels.enumerated() {
      let values = (0..<logits.classCount).map { logits.value(image: image, class: $0) }
      tally.add(values.span, label: Int(label))
    }
    self.init(tally, imageCount: labels.count)
  }

  private init(_ tally: Tally, imageCount: Int) {
    self.imageCount = imageCount
    accuracy = imageCount > 0 ? Double(tally.correct) / Double(imageCount) : 0
    loss = imageCount > 0 ? tally.loss / Double(imageCount) : 0
  }

  /// Counts images as they come.
  private struct Tally {
    private(set) var correct = 0
    /// Summed over images.
    private(set) var loss = 0.0

    mutating func add(_ logits: Span<Float>, label: Int) {
      if LogitLoss.largest(logits) == label { correct += 1 }
      loss += LogitLoss.logNormalizer(logits) - Double(logits[label])
    }
  }
}
