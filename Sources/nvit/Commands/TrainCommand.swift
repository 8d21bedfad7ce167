internal import ArgumentParser
internal import ViTRuns

struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train one architecture and keep its weights.",
    discussion: """
      SOURCE is a search space with nothing open, a search space with --baseline, or a JSON architecture with \
      --recipe. The model is scored on the validation split; the test images stay untouched. Ctrl-C stops a \
      training; --resume with the same options goes on to the same weights.

      Examples:
        nvit train search-spaces/quickstart.yaml --baseline deit-64 --to outputs/deit-64
        nvit train model.json --recipe search-spaces/quickstart.yaml --epochs 2 --to outputs/model
      """)

  @Argument(help: "A search space (.yaml) or an architecture (.json).")
  var source: String

  @Option(help: "The search space that names data set and recipe, for a JSON architecture.")
  var recipe: String?

  @Option(help: "Train this baseline of the search space.")
  var baseline: String?

  @Option(help: "Folder for the weights; it must not hold a run yet (default: outputs/<name>).")
  var to: String?

  @Option(help: "Seed of weights, data order, augmentation and stochastic depth.")
  var seed: UInt64 = 0

  @Option(help: "Train for this many epochs instead of the recipe's.")
  var epochs: Double?

  @OptionGroup var threads: ThreadOption
  @OptionGroup var data: DataOption

  @Flag(help: "Go on with a training that was stopped.")
  var resume = false

  @Flag(help: "Replace weights that are already there.")
  var overwrite = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  mutating func validate() throws {
    if let epochs, !(epochs > 0 && epochs <= 100_000) {
      throw ValidationError("--epochs is \(epochs), expected a number above 0 and at most 100000.")
    }
    if resume && overwrite { throw ValidationError("--resume cannot be combined with --overwrite.") }
  }

  func run() async throws {
    var settings = TrainRun.Settings(source: source)
    settings.recipe = recipe
    settings.baseline = baseline
    settings.folder = to
    settings.seed = seed
    settings.epochs = epochs
    settings.threads = threads.threads
    settings.data = data.data
    settings.existing = resume ? .resume : overwrite ? .replace : .keep
    let run = TrainRun(settings)
    let outcome = try await RunDisplay.watch(blocking: run.run)
    if json { return try JSONOutput.print(outcome) }
    Console.print(outcome.text)
  }
}
