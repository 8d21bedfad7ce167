internal import ArgumentParser
internal import ViTPruning
internal import ViTReport
internal import ViTRuns

struct PruneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Prune a trained model to latency targets, a snapshot for each.",
    discussion: """
      DENSE is a folder that `nvit train` wrote. Training goes on while channels, heads, query/key and value \
      dimensions and hidden units of the MLPs are removed, a few groups at a time: those that the loss misses least, \
      in view of the latency that they save. The dense model is the teacher. Ctrl-C stops the run; --resume with the \
      same options goes on.

      Examples:
        nvit prune outputs/dense --latency 0.7x,0.5x,0.35x,0.2x --to outputs/pruned
        nvit prune outputs/dense --latency 5ms --saliency magnitude --to outputs/pruned-magnitude
        nvit prune outputs/dense --audit --to audit.json

      --audit prunes nothing: it cuts out each group alone, measures the loss, and reports how well every saliency \
      foretells it.
      """)

  @Argument(help: "The folder of the dense model.")
  var dense: String

  @Option(help: "Latencies of a batch, largest first: 0.5x of the dense model's, or 12ms.")
  var latency: String?

  @Option(help: "Folder for the run; with --audit, the JSON file.")
  var to: String

  @Option(
    help: "What groups are ranked by: taylor, magnitude, random, unsquared or hessian.",
    transform: PruneCommand.saliency)
  var saliency = SaliencyKind.taylor

  @Option(help: "Weight of the share of latency that a group saves against its share of saliency; 0 ignores latency.")
  var latencyWeight = PruningSettings.standardLatencyWeight

  @Option(
    parsing: .upToNextOption,
    help: "Units that are removed together, as kind=n; kinds are embedding, heads, query-key, value, mlp-hidden.")
  var groupSize: [KindOption] = []

  @Option(parsing: .upToNextOption, help: "Units of a list that stay, as kind=n.")
  var floor: [KindOption] = []

  @Option(parsing: .upToNextOption, help: "What the sum over a unit's tensors is divided by, as kind=x.")
  var divisor: [KindOption] = []

  @Flag(name: .customLong("divisible-by-16"), help: "Keep E, H QK, H V and M multiples of 16, for 2:4 sparsity.")
  var divisibleBy16 = false

  @Option(help: "Training steps between removals.")
  var interval = 50

  @Option(help: "Groups removed at a time.")
  var groupsPerStep = 4

  @Option(help: "Constant learning rate (default: a fifth of the recipe's peak).")
  var learningRate: Double?

  @Option(help: "Weight of the divergence from the dense model, beside the labels' 1.")
  var teacherWeight = 1.0

  @Option(help: "Temperature of that divergence.")
  var temperature = 3.0

  @OptionGroup var hardTeacher: HardTeacherOption

  @Option(help: "Seed of the order of images, augmentation and random saliencies.")
  var seed: UInt64 = 0

  @Option(help: "A latency model or table to go by, also of another device, instead of measuring.", completion: .file())
  var latencyModel: String?

  @OptionGroup var facts: WeightsOption
  @OptionGroup var threads: ThreadOption
  @OptionGroup var data: DataOption

  @Flag(help: "Report how well saliencies foretell the loss instead of pruning.")
  var audit = false

  @Option(help: "Images that --audit measures losses on.")
  var auditImages = 1024

  @Option(help: "Batches that --audit averages saliencies over.")
  var auditBatches = 64

  @Flag(help: "Go on with a run that was stopped.")
  var resume = false

  @Flag(help: "Replace what is already there.")
  var overwrite = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws {
      guard range.contains(value) else {
        throw ValidationError("\(name) is \(value), expected \(range.lowerBound) to \(range.upperBound).")
      }
    }
    func check(_ name: String, _ value: Double, _ range: ClosedRange<Double>) throws {
      guard range.contains(value) else {
        throw ValidationError("\(name) is \(value), expected \(range.lowerBound) to \(range.upperBound).")
      }
    }
    try check("--interval", interval, 1...1_000_000)
    try check("--groups-per-step", groupsPerStep, 1...1_000_000)
    try check("--latency-weight", latencyWeight, 0...1e6)
    try check("--teacher-weight", teacherWeight, 0...1e6)
    try check("--temperature", temperature, 0.01...1000)
    try check("--audit-images", auditImages, 1...10_000_000)
    try check("--audit-batches", auditBatches, 1...1_000_000)
    if let learningRate, !(learningRate > 0 && learningRate <= 1000) {
      throw ValidationError("--learning-rate is \(learningRate), expected a number above 0 and at most 1000.")
    }
    _ = try KindOption.counts(groupSize, "--group-size")
    _ = try KindOption.counts(floor, "--floor")
    _ = try KindOption.table(divisor, "--divisor")
    if resume && overwrite { throw ValidationError("--resume cannot be combined with --overwrite.") }
    if audit {
      if latency != nil || resume { throw ValidationError("--audit prunes nothing; leave --latency and --resume out.") }
    } else if targets.isEmpty {
      throw ValidationError("--latency is missing or empty, expected targets such as 0.7x,0.5x or 12ms.")
    }
    do throws(PruningError) {
      for target in targets { try PruningTargets.check(target) }
    } catch {
      throw ValidationError(error.description + ".")
    }
  }

  private static func saliency(_ text: String) throws -> SaliencyKind {
    guard let saliency = SaliencyKind(rawValue: text) else {
      let known = SaliencyKind.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("\"\(text)\"; expected one of \(known)")
    }
    return saliency
  }

  /// The targets as they were written.
  private var targets: [String] {
    latency.map { $0.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimming() } } ?? []
  }

  func run() async throws {
    if audit { try await runAudit() } else { try await runPruning() }
  }

  private func units() throws -> UnitOptions {
    var units = UnitOptions()
    units.groupSizes = try KindOption.counts(groupSize, "--group-size")
    units.floors = try KindOption.counts(floor, "--floor")
    units.divisors = try KindOption.table(divisor, "--divisor")
    units.keepsMultiplesOf16 = divisibleBy16
    return units
  }

  private func runAudit() async throws {
    var settings = AuditRun.Settings(dense: dense, to: to)
    settings.units = try units()
    settings.facts = facts.facts
    settings.images = auditImages
    settings.batches = auditBatches
    settings.seed = seed
    settings.threads = threads.threads
    settings.data = data.data
    settings.overwrite = overwrite
    let audit = try await RunDisplay.watch(blocking: AuditRun(settings).run)
    if json { return try JSONOutput.print(audit.correlations) }
    Console.print(AuditText.text(audit) + "; written to \(to)\n")
  }

  private func runPruning() async throws {
    var settings = PruneRun.Settings(dense: dense, targets: targets, to: to)
    settings.units = try units()
    settings.saliency = saliency
    settings.latencyWeight = latencyWeight
    settings.interval = interval
    settings.groupsPerStep = groupsPerStep
    settings.learningRate = learningRate
    settings.teacherWeight = teacherWeight
    settings.temperature = temperature
    settings.hardTeacher = hardTeacher.hardTeacher
    settings.hardTeacherFacts = hardTeacher.facts
    settings.facts = facts.facts
    settings.seed = seed
    settings.latencyModel = latencyModel
    settings.threads = threads.threads
    settings.data = data.data
    settings.existing = resume ? .resume : overwrite ? .replace : .keep
    let outcome = try await RunDisplay.watch(blocking: PruneRun(settings).run)
    if json { return try JSONOutput.print(outcome.table(folder: to)) }
    Console.print(outcome.text(folder: to))
  }
}

extension Substring {
  fileprivate func trimming() -> String { String(trimmingPrefix { $0 == " " }) }
}
