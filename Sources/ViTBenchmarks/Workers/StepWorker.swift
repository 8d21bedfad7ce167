package import ViTArchitecture
internal import ViTFiles
internal import ViTKernels
internal import ViTTraining

/// Times training steps or forward passes whenever it is told to, so that engines in several processes can take turns.
///
/// Its commands are `run` (as many steps as the settings say), `run N` and `quit`. The first answer comes when the
/// model is in memory.
package struct StepWorker {
  package struct Settings: Hashable, Sendable {
    package var architecture: Architecture
    /// Images.
    package var batchSize: Int
    /// At least 1.
    package var threads: Int
    package var mode = TimedModel.Mode.training
    /// Steps of a `run` without a number, 1 to `maximumSteps`.
    package var steps = 1
    /// Of AdamW; weight decay is 0.05.
    package var learningRate = 1e-5
    /// Path of the weights to start from; nil for random ones.
    package var weights: String?
    /// Path of the tensors `images` (B, C, H, W) and `targets` (B, classes); nil for noise.
    package var data: String?

    package init(_ architecture: Architecture, batchSize: Int, threads: Int) {
      self.architecture = architecture
      self.batchSize = batchSize
      self.threads = threads
    }
  }

  package static let maximumSteps = 1_000_000

  package let settings: Settings

  package init(_ settings: Settings) { self.settings = settings }

  /// Answers commands until `quit` or the end of the input.
  ///
  /// - Throws: `WorkerError` for a line that is no command, `FileError` for weights or data that are missing or do not
  ///   fit, `KernelSetError` for a kernel set that this machine lacks, and what `lines` throws.
  package func run(_ lines: WorkerLines) throws {
    let kernels = try KernelSet.requested()
    let memoryBeforeModel = SystemInformation.peakMemoryBytes
    let model = try model()
    try lines.answer(Ready(ready: true, kernels: kernels.name, peakMemoryBytes: memoryBeforeModel))
    while let line = lines.read(), let steps = try steps(line) {
      let seconds = model.run(steps)
      try lines.answer(Answer(seconds: seconds, steps: steps, loss: model.loss))
    }
    try lines.answer(End(peakMemoryBytes: SystemInformation.peakMemoryBytes))
  }

  /// What a line asks for; nil is `quit`.
  private func steps(_ line: String) throws(WorkerError) -> Int? {
    let words = line.split(separator: " ")
    if words == ["quit"] { return nil }
    guard words.first == "run", words.count <= 2, let steps = words.count == 2 ? Int(words[1]) : settings.steps,
      (1...Self.maximumSteps).contains(steps)
    else {
      throw WorkerError(
        .unknownCommand,
        "the command \"\(line)\" was read, expected \"run\", \"run N\" with N from 1 to \(Self.maximumSteps), "
          + "or \"quit\".")
    }
    return steps
  }

  private func model() throws -> TimedModel {
    let weights =
      try settings.weights.map { try Checkpoint(contentsOf: $0, architecture: settings.architecture).weights }
      ?? ModelWeights(settings.architecture, seed: 0)
    let model = TimedModel(
      weights: weights, batchSize: settings.batchSize, threads: settings.threads, mode: settings.mode,
      learningRate: settings.learningRate)
    if let data = settings.data { try load(data, into: model) }
    return model
  }

  private func load(_ path: String, into model: TimedModel) throws {
    let file = try SafeTensorsFile(contentsOf: path)
    let images = try file.floats("images")
    let targets = try file.floats("targets")
    let (imageCount, targetCount) = model.batchCounts
    // A file with more images than the batch will do.
    guard images.count >= imageCount, targets.count >= targetCount,
      images.count / (imageCount / settings.batchSize) == targets.count / (targetCount / settings.batchSize)
    else {
      throw FileError(
        .malformed, path: path,
        reason: "it holds \(images.count) image values and \(targets.count) target values, "
          + "expected at least \(imageCount) and \(targetCount) for \(settings.batchSize) images")
    }
    model.setBatch(images: Array(images.prefix(imageCount)), targets: Array(targets.prefix(targetCount)))
  }

  private struct Ready: Encodable {
    var ready: Bool
    var kernels: String
    var peakMemoryBytes: Int?
  }

  private struct Answer: Encodable {
    var seconds: Double
    var steps: Int
    var loss: Double
  }

  private struct End: Encodable {
    var peakMemoryBytes: Int?
  }
}
