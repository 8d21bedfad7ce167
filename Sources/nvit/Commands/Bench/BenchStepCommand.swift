internal import ArgumentParser
internal import Foundation
internal import ViTArchitecture
internal import ViTBenchmarks
internal import ViTFiles
internal import ViTKernels
internal import ViTTraining

struct BenchStepCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "step",
    abstract: "Time training steps or forward passes on command, beside another engine.",
    discussion: """
      Reads commands from standard input, one a line, and answers each with a line of JSON:

        run      --rounds steps: {"loss": …, "seconds": …, "steps": …}
        run N    N steps
        quit     (or the end of input) {"peakMemoryBytes": …}

      The first line of output, {"ready": true, …}, comes when the model is in memory, and gives the peak memory from \
      before that.
      """,
    shouldDisplay: false)

  @Option(help: "A JSON architecture.")
  var architecture: String

  @Option(help: "Images in a batch.")
  var batch: Int

  @OptionGroup var threads: ThreadOption

  @Option(help: "Steps in a timed group.")
  var rounds = 1

  @Option(help: "What to time: train or inference.")
  var mode = Mode.train

  @Option(help: "Weights to start from (safetensors; default: random ones).")
  var weights: String?

  @Option(help: "Tensors images (B, C, H, W) and targets (B, classes) to work on (safetensors; default: noise).")
  var data: String?

  @Option(help: "Learning rate of AdamW; weight decay is 0.05.")
  var learningRate = 1e-5

  @Flag(help: "Accepted for symmetry; answers are always JSON.")
  var json = false

  enum Mode: String, ExpressibleByArgument, CaseIterable { case train, inference }

  static let maximumSteps = 1_000_000

  static func check(batch: Int) throws {
    guard (1...4096).contains(batch) else { throw ValidationError("--batch is \(batch), expected 1 to 4096.") }
  }

  mutating func validate() throws {
    try BenchStepCommand.check(batch: batch)
    guard (1...BenchStepCommand.maximumSteps).contains(rounds) else {
      throw ValidationError("--rounds is \(rounds), expected 1 to \(BenchStepCommand.maximumSteps).")
    }
    guard learningRate >= 0, learningRate <= 1 else {
      throw ValidationError("--learning-rate is \(learningRate), expected 0 to 1.")
    }
  }

  mutating func run() async throws {
    let kernels = try KernelSet.requested()
    let memoryBeforeModel = SystemInformation.peakMemoryBytes
    let description = try Architecture(contentsOf: architecture)
    let start =
      try weights.map { try Checkpoint(contentsOf: $0, architecture: description).weights }
      ?? ModelWeights(description, seed: 0)
    let model = TimedModel(
      weights: start, batchSize: batch, threads: threads.count, mode: mode == .train ? .training : .inference,
      learningRate: learningRate)
    if let data { try load(data, into: model) }
    try answer(Ready(ready: true, kernels: kernels.name, peakMemoryBytes: memoryBeforeModel))
    while let line = readLine() {
      let words = line.split(separator: " ")
      if words == ["quit"] { break }
      guard words.first == "run", words.count <= 2,
        let steps = words.count == 2 ? Int(words[1]) : rounds, (1...BenchStepCommand.maximumSteps).contains(steps)
      else {
        throw ValidationError(
          "the command \"\(line)\" was read, expected \"run\", \"run N\" with N from 1 to "
            + "\(BenchStepCommand.maximumSteps), or \"quit\".")
      }
      let seconds = model.run(steps)
      try answer(Answer(seconds: seconds, steps: steps, loss: model.loss))
    }
    try answer(End(peakMemoryBytes: SystemInformation.peakMemoryBytes))
  }

  private func load(_ path: String, into model: TimedModel) throws {
    let file = try SafeTensorsFile(contentsOf: path)
    let images = try file.floats("images")
    let targets = try file.floats("targets")
    let (imageCount, targetCount) = model.batchCounts
    // A file with more images than the batch will do.
    guard images.count >= imageCount, targets.count >= targetCount,
      images.count / (imageCount / batch) == targets.count / (targetCount / batch)
    else {
      throw FileError(
        .malformed, path: path,
        reason: "it holds \(images.count) image values and \(targets.count) target values, "
          + "expected at least \(imageCount) and \(targetCount) for \(batch) images")
    }
    model.setBatch(images: Array(images.prefix(imageCount)), targets: Array(targets.prefix(targetCount)))
  }

  private func answer(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    FileHandle.standardOutput.write(try encoder.encode(value) + Data("\n".utf8))
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
