internal import ArgumentParser
internal import ViTReport
internal import ViTRuns
internal import ViTSearch

struct ExploreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explore",
    abstract:
      "Search a space: train candidates at each latency target beside the baselines, find the front, and say how sure it is.",
    discussion: """
      Everything the study finds goes to a folder: trials, the front as JSON, CSV and picture, one configuration for \
      each member, and the weights of the front. Ctrl-C stops it; every finished training is kept, and --resume goes \
      on from there. A space without data set or recipe is searched without training.

      The space's section "search" says how trainings are spent. With rungs such as [1/9, 1/3, 1] candidates are \
      trained a ninth of the recipe first, the best of each target go on to a third, and so on, beside all baselines; \
      "audit" checks that such short trainings rank as long ones do. With "random-search: true" random candidates get \
      as much training as the search has spent. The winners of both and the baselines are then trained anew with fresh \
      seeds, up to "max-seeds" where comparisons stay undecided, and only these trainings are reported.

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

  @Flag(help: "Show the candidates that would be trained; nothing is written but the latency model that they rest on.")
  var dryRun = false

  @Option(help: "Threads of the engine. (default: the space's, or all cores)")
  var threads: Int?

  @Option(help: "Trainings at a time; they share the threads. (default: what a short measurement finds fastest)")
  var jobs: Int?

  @Option(help: "Seed of the study, instead of the space's.")
  var seed: UInt64?

  @Option(help: "Points drawn from the space, instead of the space's number.")
  var budgetDraws: Int?

  @Option(help: "Candidates that each target begins with, instead of the space's number.")
  var budgetStartCandidates: Int?

  @Option(help: "Candidates that each target ends with, instead of the space's number.")
  var budgetCandidates: Int?

  @Option(help: "Trainings of each member of the final, with fresh seeds, instead of the space's number.")
  var budgetSeeds: Int?

  @Option(help: "Up to how many seeds the members of an undecided comparison get, instead of the space's number.")
  var budgetMaxSeeds: Int?

  @Option(help: "Random candidates of each target trained to the end, to check the rungs, instead of the space's.")
  var audit: Int?

  @Flag(inversion: .prefixedNo, help: "Compare with random search at equal budget, whatever the space says.")
  var randomSearch: Bool?

  @Option(help: "A latency model or table made by nvit latency, instead of measuring.", completion: .file())
  var latencyModel: String?

  @OptionGroup var data: DataOption

  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    func check(_ name: String, _ value: Int?, _ range: ClosedRange<Int>) throws {
      guard let value, !range.contains(value) else { return }
      throw ValidationError("\(name) is \(value), expected \(range.lowerBound) to \(range.upperBound)")
    }
    try check("--threads", threads, 1...1024)
    try check("--jobs", jobs, 1...1024)
    do throws(RunError) {
      try budget.checkLimits()
    } catch {
      throw ValidationError(error.description)
    }
    if resume && (overwrite || dryRun) {
      throw ValidationError("--resume cannot be combined with --overwrite or --dry-run")
    }
  }

  func run() async throws {
    var settings = ExploreRun.Settings(space: space)
    settings.folder = to
    settings.budget = budget
    settings.threads = threads
    settings.data = data.data
    settings.jobs = jobs
    settings.latencyModel = latencyModel
    settings.existing = resume ? .resume : overwrite ? .replace : .keep
    let run = ExploreRun(settings, command: ["nvit"] + CommandLine.arguments.dropFirst())
    if dryRun {
      let plan = try await RunDisplay.watch(run.plan)
      return Console.print(json ? try plan.json() : PlanTable.text(plan))
    }
    let outcome = try await RunDisplay.watch(run.run)
    if json { return Console.print(try outcome.front.json()) }
    Console.print("\n" + FrontTable.text(outcome.front))
    Console.print(
      "results: \(outcome.folder) (report.html, study.sqlite, pareto.json, pareto.csv, front.svg, configs, weights)\n")
  }

  private var budget: BudgetChanges {
    var budget = BudgetChanges()
    budget.seed = seed
    budget.draws = budgetDraws
    budget.candidates = budgetCandidates
    budget.startCandidates = budgetStartCandidates
    budget.seeds = budgetSeeds
    budget.maxSeeds = budgetMaxSeeds
    budget.audit = audit
    budget.randomSearch = randomSearch
    return budget
  }
}
