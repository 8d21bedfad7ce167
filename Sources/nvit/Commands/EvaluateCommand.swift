internal import ArgumentParser
internal import ViTRuns
internal import ViTSearch

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

  @OptionGroup var facts: WeightsOption

  @Option(help: "Which images: validation, test or training.")
  var split = EvaluateRun.Split.validation

  @Option(help: "Write the logits to this safetensors file too.", completion: .file())
  var logits: String?

  @Flag(help: "Replace a file of logits that exists.")
  var overwrite = false

  @OptionGroup var threads: ThreadOption

  @Flag(help: "Print the result as JSON.")
  var json = false

  func run() async throws {
    var settings = EvaluateRun.Settings(weights: weights, space: space)
    settings.facts = facts.facts
    settings.split = split
    settings.logits = logits
    settings.overwrite = overwrite
    settings.threads = threads.threads
    let outcome = try await RunDisplay.watch(blocking: EvaluateRun(settings).run)
    if json { return try JSONOutput.print(outcome) }
    Console.print(outcome.text)
  }
}

extension EvaluateRun.Split: ExpressibleByArgument {}
