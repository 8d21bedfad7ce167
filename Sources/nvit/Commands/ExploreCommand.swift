internal import ArgumentParser
internal import Foundation
internal import ViTArchitecture
internal import ViTFiles
internal import ViTReport
internal import ViTSearch

struct ExploreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explore",
    abstract:
      "Search a space: draw candidates at each latency target, train them beside the baselines, find the front.",
    discussion: """
      Everything the study finds goes to a folder: trials, the front as JSON, CSV and picture, one configuration for \
      each member, and the weights of the front. Ctrl-C stops it; every finished training is kept, and --resume goes \
      on from there. A space without data set or recipe is searched without training.

      Examples:
        nvit explore search-spaces/quickstart.yaml
        nvit explore search-spaces/quickstart.yaml --resume
        nvit explore search-spaces/imagenet-v100.yaml --to outputs/v100 --dry-run
      """)

  @Argument(help: "The search-space document (YAML).", completion: .file(extensions: ["yaml", "yml"]))
  var space: String

  @Option(help: "Study folder. (default: outputs/ and the space's name)")
  var to: String?

  @Flag(help: "Go on with the study in the folder.")
  var resume = false

  @Flag(help: "Replace the study in the folder.")
  var overwrite = false

  @Flag(help: "Show the candidates that would be trained, and write nothing.")
  var dryRun = false

  @Option(help: "Threads of the engine. (default: the space's, or all cores)")
  var threads: Int?

  @Option(help: "Trainings at a time; they share the threads. (default: what a short measurement finds fastest)")
  var jobs: Int?

  @Option(help: "Seed of the study, instead of the space's.")
  var seed: UInt64?

  @Option(help: "Points drawn from the space, instead of the space's number.")
  var budgetDraws: Int?

  @Option(help: "Candidates trained for each target, instead of the space's number.")
  var budgetCandidates: Int?

  @Option(help: "Trainings of each member, instead of the space's number.")
  var budgetSeeds: Int?

  @Option(help: "A latency model or table made by nvit latency, instead of measuring.", completion: .file())
  var latencyModel: String?

  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    func check(_ name: String, _ value: Int?, _ range: ClosedRange<Int>) throws {
      guard let value, !range.contains(value) else { return }
      throw ValidationError("\(name) is \(value), expected \(range.lowerBound) to \(range.upperBound)")
    }
    try check("--threads", threads, 1...1024)
    try check("--jobs", jobs, 1...1024)
    try check("--budget-draws", budgetDraws, 1...1 << 20)
    try check("--budget-candidates", budgetCandidates, 1...1000)
    try check("--budget-seeds", budgetSeeds, 1...1000)
    if resume && (overwrite || dryRun) {
      throw ValidationError("--resume cannot be combined with --overwrite or --dry-run")
    }
  }

  func run() async throws {
    Interruption.install()
    let document = try SearchSpace(contentsOf: space)
    let folder = to ?? "outputs/\(ResolvedTarget(label: document.name, seconds: 0).slug)"
    let exploration = Exploration(
      options: self, space: document, budget: budget(document.budget), folderPath: folder)
    do {
      if dryRun {
        try await exploration.dryRun()
      } else if resume {
        try await exploration.resume()
      } else {
        try await exploration.start()
      }
    } catch is CancellationError {
      throw ExitCode(ExitStatus.interrupted.rawValue)
    }
  }

  /// The budget with the command line's numbers in place of the document's.
  func budget(_ budget: SearchBudget) -> SearchBudget {
    var budget = budget
    budget.seed = seed ?? budget.seed
    budget.draws = budgetDraws ?? budget.draws
    budget.candidatesPerTarget = budgetCandidates ?? budget.candidatesPerTarget
    budget.seeds = budgetSeeds ?? budget.seeds
    return budget
  }
}
