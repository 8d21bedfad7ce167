internal import ArgumentParser
internal import ViTArchitecture
internal import ViTBenchmarks

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

  static func check(batch: Int) throws {
    guard (1...4096).contains(batch) else { throw ValidationError("--batch is \(batch), expected 1 to 4096.") }
  }

  mutating func validate() throws {
    try BenchStepCommand.check(batch: batch)
    guard (1...StepWorker.maximumSteps).contains(rounds) else {
      throw ValidationError("--rounds is \(rounds), expected 1 to \(StepWorker.maximumSteps).")
    }
    guard learningRate >= 0, learningRate <= 1 else {
      throw ValidationError("--learning-rate is \(learningRate), expected 0 to 1.")
    }
  }

  mutating func run() async throws {
    var settings = StepWorker.Settings(
      try Architecture(contentsOf: architecture), batchSize: batch, threads: threads.count)
    settings.mode = mode == .train ? .training : .inference
    settings.steps = rounds
    settings.learningRate = learningRate
    settings.weights = weights
    settings.data = data
    try StepWorker(settings).run(.standard)
  }
}
