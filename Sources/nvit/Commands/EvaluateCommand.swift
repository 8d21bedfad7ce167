internal import ArgumentParser
internal import Foundation
internal import ViTArchitecture
internal import ViTData
internal import ViTFiles
internal import ViTTraining

struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Score trained weights on the validation or test images.",
    discussion: """
      Candidates are compared on the validation split; look at the test images once, at the end.

      Example:
        nvit evaluate outputs/deit-64/weights.safetensors --space search-spaces/quickstart.yaml
      """)

  @Argument(help: "A safetensors file.")
  var weights: String

  @Option(help: "The search space that names the data set.")
  var space: String

  @Option(help: "A JSON architecture, for files that carry none in their metadata.")
  var architecture: String?

  @Option(help: "Which images: validation or test.")
  var split = Split.validation

  @OptionGroup var threads: ThreadOption

  @Flag(help: "Print the result as JSON.")
  var json = false

  enum Split: String, ExpressibleByArgument, CaseIterable { case validation, test }

  mutating func run() async throws {
    let given = try architecture.map { try ModelSource.architecture(at: $0) }
    let checkpoint = try Checkpoint(contentsOf: weights, architecture: given)
    let document = try SearchSpace(contentsOf: space)
    guard let specification = document.dataset else { throw ValidationError("\(space) names no dataset.") }
    let data = try Dataset(specification, relativeTo: URL(fileURLWithPath: space).deletingLastPathComponent().path)
    let images = split == .test ? data.test : data.validation
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
    let evaluation = Evaluation(
      of: checkpoint.weights, on: images, normalization: normalization, threads: threads.count)
    guard evaluation.loss.isFinite else {
      throw FileError(
        .malformed, path: weights, reason: "the loss is \(evaluation.loss); the weights hold values that are no numbers"
      )
    }
    if json {
      try JSONOutput.print(
        Report(
          split: split.rawValue, images: evaluation.imageCount, accuracy: evaluation.accuracy, loss: evaluation.loss))
    } else {
      // The standard error of a share, from the binomial distribution.
      let error = (evaluation.accuracy * (1 - evaluation.accuracy) / Double(max(1, evaluation.imageCount))).squareRoot()
      print(
        """
        \(split.rawValue) accuracy  \(Text.percent(evaluation.accuracy)) ± \(Text.percent(1.96 * error)) \
        (95%, \(evaluation.imageCount) images)
        \(split.rawValue) loss      \(Text.fixed(evaluation.loss, 4))
        """)
    }
  }

  private struct Report: Encodable {
    var split: String
    var images: Int
    var accuracy: Double
    var loss: Double
  }
}
