internal import Foundation
package import ViTArchitecture
internal import ViTData
internal import ViTFiles
internal import ViTKernels
internal import ViTSearch
internal import ViTTraining
internal import ViTNumerics

/// Scores trained weights on images of a data set.
package struct EvaluateRun: Sendable {
  /// A part of the images.
  package enum Split: String, Hashable, Sendable, CaseIterable { case validation, test, training }

  package struct Settings: Hashable, Sendable {
    /// A safetensors file.
    package var weights: String
    /// The search space that names the data set.
    package var space: String
    /// What the file of the weights does not say itself.
    package var facts = WeightsFacts()
    package var split = Split.validation
    /// Where logits go; nil for nowhere.
    package var logits: String?
    package var overwrite = false
    /// Nil for every core.
    package var threads: Int?

    package init(weights: String, space: String) {
      self.weights = weights
      self.space = space
    }
  }

  package struct Outcome: Encodable, Sendable {
    package let split: String
    package let images: Int
    package let accuracy: Double
    package let loss: Double
    package let logits: String?
    package let normalization: UsedNormalization
  }

  /// What the images were normalised by.
  package struct UsedNormalization: Encodable, Sendable {
    package let mean: [Float]
    package let standardDeviation: [Float]
    /// Whether neither the file nor the user said it, so that the training images' was taken.
    package let isAssumed: Bool

    private enum CodingKeys: String, SnakeCaseKey { case mean, standardDeviation, isAssumed }
  }

  package let settings: Settings

  package init(_ settings: Settings) { self.settings = settings }

  /// Blocks until the images are scored.
  ///
  /// - Throws: What documents and data throw; `FileError` when the weights do not fit the images or are no numbers, or
  ///   the logits' file exists.
  package func run(_ observer: RunObserver = .none) throws -> Outcome {
    let checkpoint = try Checkpoint(contentsOf: settings.weights, try settings.facts.supplement(named: .options()))
    let document = try SearchSpace(contentsOf: settings.space)
    guard let specification = document.dataset else {
      throw RunError(.badSettings, "\(settings.space) names no dataset.")
    }
    let data = try Dataset(
      specification, classes: document.rule.classCount,
      relativeTo: URL(fileURLWithPath: settings.space).deletingLastPathComponent().path)
    let images =
      switch settings.split {
      case .validation: data.validation
      case .test: data.test
      case .training: data.training
      }
    let model = checkpoint.weights.architecture
    guard model.imageSize == images.imageSize, model.channels == images.channels, model.classCount == images.classCount
    else {
      throw FileError(
        .malformed, path: settings.weights,
        reason: """
          the model takes \(model.channels)x\(model.imageSize)x\(model.imageSize) images of \(model.classCount) \
          classes, the document's images are \(images.channels)x\(images.imageSize)x\(images.imageSize) of \(images.classCount)
          """)
    }
    let normalization = checkpoint.normalization ?? data.normalization
    if checkpoint.normalization == nil {
      observer.note(Checkpoint.assumption(normalization, ofWeightsIn: settings.weights, names: .options()))
    }
    let threads = settings.threads ?? SystemInformation.coreCount
    let need = MemoryNeed.inference(model, batchSize: min(256, images.count), threads: threads)
    if let shortage = MemoryLimit.current.shortage(for: need) {
      throw FileError(
        .cannotRead, path: settings.weights,
        reason: "evaluating the model takes \(shortage); fewer threads or a smaller model take less")
    }
    // Before the work, since its result would be lost in a folder that cannot be written to.
    let folders = try settings.logits.map { try ResultFile.prepare($0, overwrite: settings.overwrite) }
    defer { folders?.removeEmpty() }
    let found = settings.logits.map { _ in
      TeacherLogits(
        of: checkpoint.weights, on: images, normalization: normalization, threads: threads,
        origin: [
          "split": settings.split.rawValue, "split_seed": String(specification.splitSeed), "weights": settings.weights,
        ])
    }
    let evaluation =
      found.map { Evaluation(of: $0, labels: images.labels) }
      ?? Evaluation(of: checkpoint.weights, on: images, normalization: normalization, threads: threads)
    guard evaluation.loss.isFinite else {
      throw FileError(
        .malformed, path: settings.weights,
        reason: "the loss is \(evaluation.loss); the weights hold values that are no numbers")
    }
    if let logits = settings.logits { try found?.write(to: logits) }
    return Outcome(
      split: settings.split.rawValue, images: evaluation.imageCount, accuracy: evaluation.accuracy,
      loss: evaluation.loss, logits: settings.logits,
      normalization: UsedNormalization(
        mean: normalization.mean, standardDeviation: normalization.standardDeviation,
        isAssumed: checkpoint.normalization == nil))
  }
}

extension EvaluateRun.Outcome {
  /// For people.
  package var text: String {
    let correct = Int((accuracy * Double(images)).rounded())
    // Exact, so that it does not vanish where all images are right, or none.
    let share = Estimate(successes: correct, trials: max(1, images))
    return """
      \(split) accuracy  \(share.bracketed(unit: "%") { ReadableNumber.percent($0) }) (95%, \(images) images)
      \(split) loss      \(ReadableNumber.fixed(loss, decimals: 4))

      """
  }
}
