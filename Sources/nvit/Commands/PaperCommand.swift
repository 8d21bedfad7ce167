internal import ArgumentParser
internal import Foundation
internal import ViTArchitecture
internal import ViTRuns

struct PaperCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "paper",
    abstract: "Ask NViT's questions of a data set: is it the weights or the shape, and does the criterion matter?",
    discussion: """
      Runs the whole chain on SPACE, a document with nothing open that describes a dense DeiT: trains it, prunes it to \
      every latency, finetunes, trains the same shapes from scratch and DeiTs of equal latency, compares criteria, \
      applies 2:4 sparsity, and mines the regularities; everything for several seeds. Each step is what one nvit command \
      does, and that command is shown as it starts. A chain that was stopped goes on where it was when the command is given again.

      Example:
        nvit paper search-spaces/deit-fashion.yaml --to outputs/paper
      """)

  @Argument(help: "A search space with nothing open, a data set and a recipe.")
  var space: String

  @Option(help: "Folder for everything.")
  var to: String

  @Option(help: "Latencies to prune to, as `nvit prune` takes them.")
  var latency = "0.7x,0.5x,0.35x,0.2x"

  @Option(help: "Number of seeds of the whole chain.")
  var seeds = 3

  @Option(help: "Epochs of finetuning (default: half of the recipe's).")
  var finetuneEpochs: Double?

  @Option(help: "Latency at which criteria are compared (default: the second of --latency).")
  var ablationTarget: String?

  @Option(help: "Epochs of finetuning in the comparison of criteria (default: a third of --finetune-epochs).")
  var ablationEpochs: Double?

  @OptionGroup var threads: ThreadOption

  mutating func validate() throws {
    guard (1...100).contains(seeds) else { throw ValidationError("--seeds is \(seeds), expected 1 to 100.") }
    for (name, value) in [("--finetune-epochs", finetuneEpochs), ("--ablation-epochs", ablationEpochs)] {
      if let value, !(value > 0 && value <= 100_000) {
        throw ValidationError("\(name) is \(value), expected a number above 0 and at most 100000.")
      }
    }
    guard !targets.isEmpty, Set(targets).count == targets.count, targets.allSatisfy({ LatencyTarget($0) != nil }) else {
      throw ValidationError("--latency is \"\(latency)\", expected different latencies such as 0.7x,0.5x or 2ms.")
    }
    if let ablationTarget, !targets.contains(ablationTarget) {
      throw ValidationError(
        "--ablation-target is \(ablationTarget), expected one of \(targets.joined(separator: ", ")).")
    }
  }

  private var targets: [String] { latency.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }

  func run() async throws {
    var settings = PaperRun.Settings(space: space, to: to)
    settings.targets = targets
    settings.seeds = seeds
    settings.finetuneEpochs = finetuneEpochs
    settings.ablationTarget = ablationTarget
    settings.ablationEpochs = ablationEpochs
    settings.threads = threads.threads
    let outcome = try await RunDisplay.watch(blocking: PaperRun(settings).run)
    Console.print(outcome.markdown)
    Console.note("results: \(to) (paper.md, paper.json, accuracy.svg, dimensions.svg, mined.yaml)")
  }
}
