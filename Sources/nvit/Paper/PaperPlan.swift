internal import Foundation
internal import ViTArchitecture

/// The chain of commands that answers NViT's questions on one data set: train dense models, prune them to several
/// latencies, finetune, train the same shapes from scratch and DeiTs of equal latency, and compare criteria.
struct PaperPlan {
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
  static let criteria = ["taylor", "magnitude", "random"]

  /// Groups of four, so that 2:4 sparsity fits every linear layer of what is left.
  private static let groups = ["--group-size", "embedding=4", "--group-size", "query-key=4", "--group-size", "value=4"]

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
  func ablation(_ saliency: String, usesLatency: Bool) -> String {
    "ablation/\(saliency)-\(usesLatency ? "with" : "without")-latency"
  }

  // MARK: Steps

  /// The trainings, one command each, in the order they are done: seed by seed, so that a run that is cut short has
  /// whole answers for fewer seeds.
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
  private static func text(_ epochs: Double) -> String { String((epochs * 1e6).rounded() / 1e6) }

  private var common: [String] { threads.map { ["--threads", String($0)] } ?? [] }

  /// The targets' shares of the dense model's latency, for the estimates; absolute ones count as a half.
  private func share(_ target: String) -> Double { target.hasSuffix("x") ? Double(target.dropLast()) ?? 0.5 : 0.5 }
  private var shares: Double { targets.reduce(0) { $0 + share($1) } }

  private func train(_ seed: UInt64) -> PaperStep {
    PaperStep(
      name: "train the dense model, seed \(seed)",
      arguments: ["train", space, "--seed", String(seed), "--to", path(dense(seed))] + common,
      product: dense(seed) + "/training.json", weight: epochs)
  }

  private func audit(_ seed: UInt64) -> PaperStep {
    PaperStep(
      name: "compare saliencies with the truth",
      arguments: ["prune", path(dense(seed)), "--audit", "--to", path("saliency.json")] + common,
      product: "saliency.json", weight: 1)
  }

  private func prune(_ seed: UInt64) -> PaperStep {
    PaperStep(
      name: "prune, seed \(seed)",
      arguments: [
        "prune", path(dense(seed)), "--latency", targets.joined(separator: ","), "--seed", String(seed),
        "--latency-model", path("latency-model.json"), "--to", path(pruned(seed)), "--json",
      ] + PaperPlan.groups + common, product: pruned(seed) + "/family.json",
      resumableFiles: ["state"], weight: 2)
  }

  private func finetune(_ seed: UInt64) -> PaperStep {
    PaperStep(
      name: "finetune the snapshots, seed \(seed)",
      arguments: [
        "finetune", path(pruned(seed)), "--epochs", PaperPlan.text(finetuneEpochs), "--seed", String(seed), "--to",
        path(finetuned(seed)),
      ] + common, product: finetuned(seed) + "/finetuned.json", resumableFiles: ["finetuned.json"],
      weight: finetuneEpochs * (shares + Double(targets.count) / 3))
  }

  private func fromScratch(_ seed: UInt64) -> PaperStep {
    PaperStep(
      name: "train the snapshots' shapes from scratch, seed \(seed)",
      arguments: ["finetune", path(pruned(seed)), "--scratch", "--seed", String(seed), "--to", path(scratch(seed))]
        + common, product: scratch(seed) + "/finetuned.json", resumableFiles: ["finetuned.json"],
      weight: epochs * shares)
  }

  private func sparsify(_ seed: UInt64) -> PaperStep {
    PaperStep(
      name: "2:4 sparsity, seed \(seed)",
      arguments: [
        "finetune", path(pruned(seed)), "--sparsity", "2:4", "--target", ablationTarget, "--epochs",
        PaperPlan.text(finetuneEpochs), "--seed", String(seed), "--to", path(sparse(seed)),
      ] + common, product: sparse(seed) + "/finetuned.json", resumableFiles: ["finetuned.json"],
      weight: finetuneEpochs)
  }

  private func deitStep(_ target: String, _ seed: UInt64) -> PaperStep {
    PaperStep(
      name: "train the DeiT of \(target), seed \(seed)",
      arguments: [
        "train", path(deitFile(target)), "--recipe", space, "--seed", String(seed), "--to",
        path(deit(target, seed)),
      ] + common, product: deit(target, seed) + "/training.json", weight: epochs * share(target))
  }

  private func ablate(_ saliency: String, usesLatency: Bool, _ seed: UInt64) -> [PaperStep] {
    let folder = ablation(saliency, usesLatency: usesLatency)
    let words = "\(saliency) \(usesLatency ? "with" : "without") latency, seed \(seed)"
    return [
      PaperStep(
        name: "ablation: prune by \(words)",
        arguments: [
          "prune", path(dense(seed)), "--latency", ablationTarget, "--saliency", saliency, "--seed", String(seed),
          "--latency-model", path("latency-model.json"), "--to", path("\(folder)/seed\(seed)"),
        ] + PaperPlan.groups + (usesLatency ? [] : ["--latency-weight", "0"]) + common,
        product: "\(folder)/seed\(seed)/family.json",
        resumableFiles: ["state"], weight: 1),
      PaperStep(
        name: "ablation: finetune, \(words)",
        arguments: [
          "finetune", path("\(folder)/seed\(seed)"), "--epochs", PaperPlan.text(ablationEpochs), "--seed", String(seed),
          "--to", path("\(folder)/finetuned-seed\(seed)"),
        ] + common, product: "\(folder)/finetuned-seed\(seed)/finetuned.json", resumableFiles: ["finetuned.json"],
        weight: ablationEpochs * 0.8),
    ]
  }

  private var mine: PaperStep {
    PaperStep(
      name: "mine the regularities",
      arguments: ["mine"] + seeds.map { path(pruned($0)) } + [
        "--to", path("mined.yaml"), "--picture", path("dimensions.svg"), "--json", path("regularities.json"),
      ], product: "mined.yaml", weight: 0.2)
  }
}
