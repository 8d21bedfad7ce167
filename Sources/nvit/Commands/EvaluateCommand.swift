internal import ArgumentParser
internal import Foundation
internal import ViTArchitecture
internal import ViTData
internal import ViTFiles
internal import ViTNumerics
internal import ViTTraining

struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Score trained weights on the validation, test or training images.",
    discussion: """
      Candidates are compared on the validation split; look at the test images once, at the end. Logits of the \
      training split make a teacher that costs nothing: name their file where a recipe or command takes a teacher.

      Examples:
        nvit evaluate outputs/deit-64/weights.safetensors --space search-spaces/quickstart.yaml
        nvit evaluate outputs/deit-64/weights.safetensors --space search-spaces/quickstart.yaml --split training \
          --logits outputs/deit-64/logits.safetensors
      """)

  @Argument(help: "A safetensors file.")
  var weights: String

  @Option(help: "The search space that names the data set.")
  var space: String

  @Option(help: "A JSON architecture, for files that carry none in their metadata.")
  var architecture: String?

  @Option(help: "Which images: validation, test or training.")
  var split = Split.validation

  @Option(help: "Write the logits to this safetensors file too.", completion: .file())
  var logits: String?

  @Flag(help: "Replace a file of logits that exists.")
  var overwrite = false

  @OptionGroup var threads: ThreadOption

  @Flag(help: "Print the result as JSON.")
  var json = false

  enum Split: String, ExpressibleByArgument, CaseIterable { case validation, test, training }

  mutating func run() async throws {
    let given = try architecture.map { try ModelSource.architecture(at: $0) }
    let checkpoint = try Checkpoint(contentsOf: weights, architecture: given)
    let document = try SearchSpace(contentsOf: space)
    guard let specification = document.dataset else { throw ValidationError("\(space) names no dataset.") }
    let data = try Dataset(specification, relativeTo: URL(fileURLWithPath: space).deletingLastPathComponent().path)
    let images =
      switch split {
      case .validation: data.validation
      case .test: data.test
      case .training: data.training
      }
    let model = checkpoint.weights.architecture
    guard model.imageSize == images.imageSize, model.channels == images.channels, model.classCount == images.classCount
    else {
      throw FileError(
        .malformed, path: weights,
        reason: """
          the model takes \(model.channels)x\(model.imageSize)x\(model.imageSize) images of \(model.classCount) \
          classes, the data set has \(images.channels)x\(images.imageSize)x\(images.imageSize) of \(images.classCount)
          """)
    }
    var normalization = data.normalization
    if let mean = checkpoint.mean, let deviation = checkpoint.standardDeviation, mean.count == images.channels,
      deviation.count == images.channels
    {
      normalization = Normalization(mean: mean, standardDeviation: deviation)
    }
    // Before the work, since its result would be lost in a folder that cannot be written to.
    let folders = try logits.map { try ResultFile.prepare($0, overwrite: overwrite) }
    defer { folders?.removeEmpty() }
    let found = logits.map { _ in
      TeacherLogits(
        of: checkpoint.weights, on: images, normalization: normalization, threads: threads.count,
        origin: ["split": split.rawValue, "split_seed": String(specification.splitSeed), "weights": weights])
    }
    let evaluation =
      found.map { Evaluation(of: $0, labels: images.labels) }
      ?? Evaluation(of: checkpoint.weights, on: images, normalization: normalization, threads: threads.count)
    guard evaluation.loss.isFinite else {
      throw FileError(
        .malformed, path: weights, reason: "the loss is \(evaluation.loss); the weights hold values that are no numbers"
      )
    }
    if let logits { try found?.write(to: logits) }
    if json {
      try JSONOutput.print(
        Report(
          split: split.rawValue, images: evaluation.imageCount, accuracy: evaluation.accuracy, loss: evaluation.loss,
          logits: logits))
    } else {
      // The standard error of a share, from the binomial distribution.
      let error = (evaluation.accuracy * (1 - evaluation.accuracy) / Double(max(1, evaluation.imageCount))).squareRoot()
      print(
        """
        \(split.rawValue) accuracy  \(ReadableNumber.percentage(evaluation.accuracy)) ± \(ReadableNumber.percentage(1.96 * error)) \
        (95%, \(evaluation.imageCount) images)
        \(split.rawValue) loss      \(ReadableNumber.fixed(evaluation.loss, decimals: 4))
        """)
    }
  }

  private struct Report: Encodable {
    var split: String
    var images: Int
    var accuracy: Double
    var loss: Double
    var logits: String?
  }
}
