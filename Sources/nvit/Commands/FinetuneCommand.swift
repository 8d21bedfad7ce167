internal import ArgumentParser
internal import ViTPruning
internal import ViTReport
internal import ViTRuns

struct FinetuneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "finetune",
    abstract: "Train the members of a pruned family on, or anew.",
    discussion: """
      Each snapshot is trained from the weights that pruning left, and follows the dense model's distribution while it \
      learns the labels. With --scratch the same architectures are trained from fresh weights with the dense model's \
      recipe, which says whether the weights matter or the shape. Recipe and data set are those of the folder that the \
      dense model lies in. Every finished training is kept; after an interruption, --resume goes on where it was.

      Examples:
        nvit finetune outputs/pruned --to outputs/finetuned --seeds 3
        nvit finetune outputs/pruned --to outputs/scratch --scratch --seeds 3
        nvit finetune outputs/pruned --to outputs/sparse --target 0.5x --sparsity 2:4
      """)

  @Argument(help: "The folder of a pruned family.", completion: .directory)
  var family: String

  @Option(help: "Folder for weights and finetuned.json.", completion: .directory)
  var to = "outputs/finetuned"

  @Option(help: "Train the snapshots of these targets only, such as 0.5x or 0.5x,0.35x (default: all).")
  var target: [String] = []

  @Option(help: "Train for this many epochs instead of the recipe's.")
  var epochs: Double?

  @Option(help: "Peak learning rate instead of the recipe's; finetuning has no warm-up.")
  var learningRate: Double?

  @Option(help: "First seed of data order, augmentation, stochastic depth and fresh weights.")
  var seed: UInt64 = 0

  @Option(help: "Train every snapshot with this many seeds.")
  var seeds = 1

  @Flag(help: "Begin with fresh weights and without the dense model as a teacher.")
  var scratch = false

  @Option(help: "Weight of the dense model's distribution beside the labels; 0 for none (default: 1, 0 from scratch).")
  var teacherWeight: Double?

  @Option(help: "Temperature of the dense model's distribution.")
  var temperature = 3.0

  @OptionGroup var hardTeacher: HardTeacherOption

  @Option(
    help: "Keep the weights of linear layers in this pattern of zeros: 2:4.", transform: FinetuneCommand.pattern)
  var sparsity: SparsityPattern?

  @Option(help: "The dense model's folder, if not where the family says.", completion: .directory)
  var dense: String?

  @OptionGroup var threads: ThreadOption
  @OptionGroup var data: DataOption

  @Flag(help: "Replace results that are already there.")
  var overwrite = false

  @Flag(help: "Go on with a run that was interrupted, or add targets and seeds to it.")
  var resume = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  mutating func validate() throws {
    func check(_ name: String, _ value: Double?, _ isGood: (Double) -> Bool, _ expected: String) throws {
      if let value, !isGood(value) { throw ValidationError("--\(name) is \(value), expected a number \(expected).") }
    }
    try check("epochs", epochs, { $0 > 0 && $0 <= 100_000 }, "above 0 and at most 100000")
    try check("learning-rate", learningRate, { $0 > 0 && $0 <= 10 }, "above 0 and at most 10")
    try check("teacher-weight", teacherWeight, { (0...1e6).contains($0) }, "from 0 to 1000000")
    try check("temperature", temperature, { $0 > 0 && $0 <= 1000 }, "above 0 and at most 1000")
    guard (1...1000).contains(seeds) else { throw ValidationError("--seeds is \(seeds), expected 1 to 1000.") }
    guard seed <= UInt64.max - UInt64(seeds) else {
      throw ValidationError("--seed is \(seed), expected at most \(UInt64.max - UInt64(seeds)) for --seeds \(seeds).")
    }
    if scratch, sparsity != nil {
      throw ValidationError("--sparsity needs weights that were trained; leave out --scratch.")
    }
    if resume, overwrite { throw ValidationError("--resume keeps what --overwrite replaces; give one of them.") }
  }

  private static func pattern(_ text: String) throws -> SparsityPattern {
    guard let pattern = SparsityPattern(rawValue: text) else {
      let known = SparsityPattern.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("\"\(text)\" is no sparsity pattern, expected \(known).")
    }
    return pattern
  }

  func run() async throws {
    var settings = FinetuneRun.Settings(family: family, to: to)
    settings.targets = target.flatMap { $0.split(separator: ",").map { $0.trimmingPrefix(" ").description } }
    settings.epochs = epochs
    settings.learningRate = learningRate
    settings.seed = seed
    settings.seeds = seeds
    settings.isFromScratch = scratch
    settings.teacherWeight = teacherWeight
    settings.temperature = temperature
    settings.hardTeacher = hardTeacher.hardTeacher
    settings.hardTeacherFacts = hardTeacher.facts
    settings.sparsity = sparsity
    settings.threads = threads.threads
    settings.data = data.data
    settings.dense = dense
    settings.existing = resume ? .resume : overwrite ? .replace : .keep
    let results = try await RunDisplay.watch(blocking: FinetuneRun(settings).run)
    if json { return try JSONOutput.print(results) }
    Console.print("\n" + FinetuneTable.text(results) + "results: \(to) (\(FinetunedFamily.fileName), weights)\n")
  }
}
