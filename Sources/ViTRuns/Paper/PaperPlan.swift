internal import ViTPruning

/// The chain of runs that answers NViT's questions on one data set: train dense models, prune them to several
/// latencies, finetune, train the same shapes from scratch and DeiTs of equal latency, and compare criteria.
struct PaperPlan: Sendable {
  /// The document of the dense model.
  let space: String
  let folder: String
  let targets: [String]
  let seeds: [UInt64]
  /// Where criteria are compared; one of `targets`.
  let ablationTarget: String
  let finetuneEpochs: Double
  let ablationEpochs: Double
  /// The recipe's epochs.
  let epochs: Double
  let threads: Int?

  /// Saliencies that are compared, each with and without the latency term.
  static let criteria: [SaliencyKind] = [.taylor, .magnitude, .random]

  /// Groups of four, so that 2:4 sparsity fits every linear layer of what is left.
  private static let units: UnitOptions = {
    var units = UnitOptions()
    units.groupSizes = [.embedding: 4, .queryKey: 4, .value: 4]
    return units
  }()

  /// - Parameter epochs: The recipe's.
  init(_ settings: PaperRun.Settings, epochs: Double) {
    space = settings.space
    folder = settings.folder
    targets = settings.targets
    seeds = (1...UInt64(settings.seeds)).map { $0 }
    ablationTarget = settings.ablationTarget ?? (targets.count > 1 ? targets[1] : targets[0])
    finetuneEpochs = settings.finetuneEpochs ?? epochs / 2
    ablationEpochs = settings.ablationEpochs ?? finetuneEpochs / 3
    self.epochs = epochs
    threads = settings.threads
  }

  func path(_ name: String) -> String { folder + "/" + name }

  // MARK: Places, relative to the folder

  func dense(_ seed: UInt64) -> String { "dense/seed\(seed)" }
  func pruned(_ seed: UInt64) -> String { "pruned/seed\(seed)" }
  func finetuned(_ seed: UInt64) -> String { "finetuned/seed\(seed)" }
  func scratch(_ seed: UInt64) -> String { "scratch/seed\(seed)" }
  func sparse(_ seed: UInt64) -> String { "sparse/seed\(seed)" }
  func deit(_ target: String) -> String { "deit/\(target)" }
  func deitFile(_ target: String) -> String { "deit/\(target)/deit-\(target).json" }
  func deit(_ target: String, _ seed: UInt64) -> String { "deit/\(target)/seed\(seed)" }
  func ablation(_ saliency: SaliencyKind, usesLatency: Bool) -> String {
    "ablation/\(saliency.rawValue)-\(usesLatency ? "with" : "without")-latency"
  }

  // MARK: Steps

  /// The runs in the order they are done: seed by seed, so that a chain that is cut short has whole answers for fewer
  /// seeds.
  var steps: [PaperStep] {
    let first = seeds.first ?? 0
    var steps = [train(first), audit(first)]
    for seed in seeds {
      if seed != first { steps.append(train(seed)) }
      steps += [prune(seed), finetune(seed), fromScratch(seed), sparsify(seed)]
      steps += targets.map { deitStep($0, seed) }
    }
    for seed in seeds {
      for saliency in PaperPlan.criteria {
        for usesLatency in [true, false] { steps += ablate(saliency, usesLatency: usesLatency, seed) }
      }
    }
    return steps + [mine]
  }

  /// Without the digits that binary fractions leave behind.
  private static func rounded(_ epochs: Double) -> Double { (epochs * 1e6).rounded() / 1e6 }

  /// The targets' shares of the dense model's latency, for the estimates; absolute ones count as a half.
  private func share(_ target: String) -> Double { target.hasSuffix("x") ? Double(target.dropLast()) ?? 0.5 : 0.5 }
  private var shares: Double { targets.reduce(0) { $0 + share($1) } }

  private func train(_ seed: UInt64) -> PaperStep {
    var settings = TrainRun.Settings(source: space)
    settings.folder = path(dense(seed))
    settings.seed = seed
    settings.threads = threads
    return PaperStep(
      name: "train the dense model, seed \(seed)", work: .train(settings), product: dense(seed) + "/training.json",
      resumableFiles: ["state"], weight: epochs)
  }

  private func audit(_ seed: UInt64) -> PaperStep {
    var settings = AuditRun.Settings(dense: path(dense(seed)), to: path("saliency.json"))
    settings.threads = threads
    return PaperStep(
      name: "compare saliencies with the truth", work: .audit(settings), product: "saliency.json", weight: 1)
  }

  private func pruning(_ targets: [String], _ seed: UInt64, to folder: String) -> PruneRun.Settings {
    var settings = PruneRun.Settings(dense: path(dense(seed)), targets: targets, to: path(folder))
    settings.seed = seed
    settings.latencyModel = path("latency-model.json")
    settings.units = PaperPlan.units
    settings.threads = threads
    return settings
  }

  private func prune(_ seed: UInt64) -> PaperStep {
    PaperStep(
      name: "prune, seed \(seed)", work: .prune(pruning(targets, seed, to: pruned(seed))),
      product: pruned(seed) + "/family.json", resumableFiles: ["state"], weight: 2)
  }

  private func finetuning(_ family: String, _ seed: UInt64, to folder: String) -> FinetuneRun.Settings {
    var settings = FinetuneRun.Settings(family: path(family), to: path(folder))
    settings.seed = seed
    settings.threads = threads
    return settings
  }

  private func finetune(
    _ name: String, _ settings: FinetuneRun.Settings, to folder: String, weight: Double
  ) -> PaperStep {
    PaperStep(
      name: name, work: .finetune(settings), product: folder + "/finetuned.json", resumableFiles: ["finetuned.json"],
      weight: weight)
  }

  private func finetune(_ seed: UInt64) -> PaperStep {
    var settings = finetuning(pruned(seed), seed, to: finetuned(seed))
    settings.epochs = PaperPlan.rounded(finetuneEpochs)
    return finetune(
      "finetune the snapshots, seed \(seed)", settings, to: finetuned(seed),
      weight: finetuneEpochs * (shares + Double(targets.count) / 3))
  }

  private func fromScratch(_ seed: UInt64) -> PaperStep {
    var settings = finetuning(pruned(seed), seed, to: scratch(seed))
    settings.isFromScratch = true
    return finetune(
      "train the snapshots' shapes from scratch, seed \(seed)", settings, to: scratch(seed), weight: epochs * shares)
  }

  private func sparsify(_ seed: UInt64) -> PaperStep {
    var settings = finetuning(pruned(seed), seed, to: sparse(seed))
    settings.sparsity = .twoOfFour
    settings.targets = [ablationTarget]
    settings.epochs = PaperPlan.rounded(finetuneEpochs)
    return finetune("2:4 sparsity, seed \(seed)", settings, to: sparse(seed), weight: finetuneEpochs)
  }

  private func deitStep(_ target: String, _ seed: UInt64) -> PaperStep {
    var settings = TrainRun.Settings(source: path(deitFile(target)))
    settings.recipe = space
    settings.folder = path(deit(target, seed))
    settings.seed = seed
    settings.threads = threads
    return PaperStep(
      name: "train the DeiT of \(target), seed \(seed)", work: .train(settings),
      product: deit(target, seed) + "/training.json", resumableFiles: ["state"], weight: epochs * share(target))
  }

  private func ablate(_ saliency: SaliencyKind, usesLatency: Bool, _ seed: UInt64) -> [PaperStep] {
    let folder = ablation(saliency, usesLatency: usesLatency)
    let (family, finetuned) = ("\(folder)/seed\(seed)", "\(folder)/finetuned-seed\(seed)")
    let words = "\(saliency.rawValue) \(usesLatency ? "with" : "without") latency, seed \(seed)"
    var pruning = pruning([ablationTarget], seed, to: family)
    pruning.saliency = saliency
    if !usesLatency { pruning.latencyWeight = 0 }
    var finetuning = finetuning(family, seed, to: finetuned)
    finetuning.epochs = PaperPlan.rounded(ablationEpochs)
    return [
      PaperStep(
        name: "ablation: prune by \(words)", work: .prune(pruning), product: "\(family)/family.json",
        resumableFiles: ["state"], weight: 1),
      finetune("ablation: finetune, \(words)", finetuning, to: finetuned, weight: ablationEpochs * 0.8),
    ]
  }

  private var mine: PaperStep {
    var settings = MineRun.Settings(families: seeds.map { path(pruned($0)) }, to: path("mined.yaml"))
    settings.findings = path("regularities.json")
    settings.picture = path("dimensions.svg")
    return PaperStep(name: "mine the regularities", work: .mine(settings), product: "mined.yaml", weight: 0.2)
  }
}
