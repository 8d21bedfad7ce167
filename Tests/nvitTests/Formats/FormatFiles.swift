import Foundation
import RunTestSupport
import TestSupport
import ViTArchitecture
import ViTFiles
import ViTRuns
import ViTSearch
import ViTStorage

/// Files of every format: those that small runs write, and those that lie in `outputs`.
struct FormatFiles {
  private let runs: RecordedRuns
  /// For files that are not nvit's.
  private let other = TemporaryFolder()
  /// Of the runs' files, and of studies that are part of the repository.
  let folders: [String]

  static let repository = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
    .standardizedFileURL.path

  init() throws {
    runs = try RecordedRuns()
    folders =
      [runs.folder.path]
      + ["paper", "quickstart-reference", "reference", "reference-ehvi"].map {
        "\(FormatFiles.repository)/outputs/\($0)"
      }
    _ = try runs.study("sobol", learns: false)
    _ = try runs.chain()
    try trainWithTeacher()
    try audit()
    try finetuneFurther()
    try stopHalfWay()
    try planStudies()
    try measureCandidates()
    try rest()
  }

  private func folder(_ name: String) -> String { runs.folder(name) }

  private struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
  }

  @discardableResult private func nvit(
    _ arguments: String..., environment: [String: String] = [:]
  ) throws -> String {
    let run = try BuiltCommand.run(arguments, environment: environment)
    guard run.status == 0 else { throw Failure("nvit \(arguments.joined(separator: " "))\n\(run.errors)") }
    return run.output
  }

  /// A model with two heads, by a recipe with everything that may be absent.
  private func trainWithTeacher() throws {
    // What says less than nvit's own files do, which the document describes, lies elsewhere.
    try StrippedWeights.copy(folder("dense-1/weights.safetensors"), to: other("teacher.safetensors"))
    try FileManager.default.copyItem(atPath: folder("dense-1"), toPath: other("dense"))
    try StrippedWeights.copy(
      folder("dense-1/weights.safetensors"), to: other("dense/weights.safetensors"), keeping: ["architecture"])
    try AtomicFile.write(
      """
      nvit: 1
      name: distilled
      architecture: {image-size: 28, channels: 1, patch-size: 14, classes: 10, depth: 4, embedding: 32, distillation-token: true}
      rule: {heads: 4, query-key: 8, value: 8, mlp-hidden: 3E}
      dataset: {format: idx, path: data, validation-count: 20, training-limit: 30, test-limit: 10}
      recipe: {epochs: 1, batch-size: 8, warmup-epochs: 0, learning-rate: 0.003, gradient-clip: 1, distillation: {kind: hard, teacher: \(other("teacher.safetensors")), architecture: dense-1/architecture.json, mean: 0.25, deviation: 0.5}}
      latency: {batch-size: 4, threads: 1, budget-seconds: 0.1, source: file, file: dense-latency.json}

      """, to: folder("distilled.yaml"))
    try nvit("train", folder("distilled.yaml"), "--to", folder("distilled"), "--threads", "1")
    try nvit(
      "evaluate", folder("distilled/weights.safetensors"), "--space", folder("distilled.yaml"), "--split", "training",
      "--logits", folder("logits.safetensors"), "--threads", "1")
  }

  private func audit() throws {
    try nvit(
      "prune", folder("dense-1"), "--audit", "--to", folder("audit.json"), "--audit-images", "8", "--audit-batches",
      "2", "--threads", "1")
  }

  private func finetuneFurther() throws {
    try nvit(
      "finetune", folder("pruned-1"), "--epochs", "1", "--to", folder("sparse"), "--sparsity", "2:4", "--target",
      "0.5x", "--hard-teacher", other("teacher.safetensors"), "--hard-teacher-architecture",
      folder("dense-1/architecture.json"),
      "--hard-teacher-mean", "0.25", "--hard-teacher-deviation", "0.5", "--threads", "1")
  }

  /// Runs that stop half-way, and leave what they go on from.
  private func stopHalfWay() throws {
    var training = TrainRun.Settings(source: folder("dense.yaml"))
    training.folder = folder("stopped/training")
    training.threads = 1
    try stop("training", at: 0.5) { _ = try TrainRun(training).run($0) }

    var pruning = PruneRun.Settings(dense: other("dense"), targets: ["0.35x"], to: folder("stopped/pruning"))
    // The copy lies apart from the project that its paths are relative to.
    pruning.data = folder("data")
    pruning.facts = WeightsFacts(mean: [0.25], deviation: [0.5])
    pruning.hardTeacherFacts = WeightsFacts(
      architecture: folder("dense-1/architecture.json"), mean: [0.25], deviation: [0.5])
    pruning.latencyModel = folder("dense-latency.json")
    pruning.interval = 1
    pruning.groupsPerStep = 1
    pruning.hardTeacher = other("teacher.safetensors")
    pruning.threads = 1
    try stop("pruning", at: 0.5) { _ = try PruneRun(pruning).run($0) }

    var finetuning = FinetuneRun.Settings(family: folder("pruned-1"), to: folder("stopped/finetuning"))
    finetuning.threads = 1
    try stop("finetuning", at: 0.1) { _ = try FinetuneRun(finetuning).run($0) }

    // The rest of a chain, which takes long, lies in `outputs/paper`.
    var paper = PaperRun.Settings(space: folder("distilled.yaml"), to: folder("stopped/paper"))
    paper.targets = ["0.8x"]
    paper.seeds = 1
    try stop("auditing") { _ = try PaperRun(paper).run($0) }
  }

  private func stop(_ activity: String, at fraction: Double = 0, _ run: (RunObserver) throws -> Void) throws {
    do {
      try run(RunWitness(stopping: activity, at: fraction).observer)
    } catch is UnfinishedRun {
      return
    } catch is CancellationError {
      return
    }
    throw Failure("\(activity) came to its end, though it was asked to stop")
  }

  /// A study that trains nothing and finds too little, and the plans of both studies.
  private func planStudies() throws {
    try AtomicFile.write(
      """
      nvit: 1
      name: untrained
      architecture: {image-size: 28, channels: 1, patch-size: 14, classes: 10, depth: 4, embedding: {from: 8, through: 24, step: 4}}
      rule: {heads: 3, query-key: 8, value: 8, mlp-hidden: 4E}
      baselines: [{name: base, embedding: 24, depth: 4, heads: 3, query-key: 8, value: 8}]
      targets: [0.8x]
      latency: {batch-size: 4, threads: 1}
      search: {draws: 64, candidates-per-target: 8}

      """, to: folder("untrained.yaml"))
    try nvit(
      "explore", folder("untrained.yaml"), "--to", folder("untrained"), "--latency-model",
      folder("sobol-latency.json"))
    for study in ["sobol", "untrained"] {
      let plan = try StudyDatabase(readOnly: folder("\(study)/study.sqlite")).plan()
      try AtomicFile.write(try JSONDocument.text(plan, named: "plan.json"), to: folder("\(study)/plan.json"))
    }
  }

  /// A search that measures its candidates, and an accuracy on whose last image all seeds agree.
  private func measureCandidates() throws {
    try AtomicFile.write(
      """
      nvit: 1
      name: measured
      architecture: {image-size: 28, channels: 1, patch-size: 14, classes: 10, depth: {choices: [1, 2, 3]}, embedding: {from: 8, through: 32, step: 8}}
      rule: {heads: 2, query-key: 8, value: 8, mlp-hidden: 4E}
      baselines: [{name: base, embedding: 32, depth: 3, heads: 2, query-key: 8, value: 8}]
      targets: [0.6x]
      latency: {batch-size: 4, threads: 1, budget-seconds: 0.5}
      search: {draws: 64, candidates-per-target: 1}

      """, to: folder("measured.yaml"))
    try nvit(
      "explore", folder("measured.yaml"), "--to", folder("measured"),
      environment: ["NVIT_LATENCY_FOLDER": folder("latency")])
    let plan = try StudyDatabase(readOnly: folder("measured/study.sqlite")).plan()
    try AtomicFile.write(try JSONDocument.text(plan, named: "plan.json"), to: folder("measured/plan.json"))

    var front = try FrontDocument(contentsOf: folder("sobol/pareto.json"))
    front.entries[0].validation = AccuracySummary(
      [.init(seed: 1, accuracy: 1), .init(seed: 2, accuracy: 1)], images: 20)
    try FileManager.default.createDirectory(atPath: folder("agreeing"), withIntermediateDirectories: true)
    try AtomicFile.write(try front.json(), to: folder("agreeing/pareto.json"))
  }

  private func rest() throws {
    let (space, table) = (folder("sobol.yaml"), folder("sobol-latency.json"))
    try AtomicFile.write(try nvit("rule", "show", folder("dense.yaml"), "--json"), to: folder("member.json"))
    try AtomicFile.write(
      try nvit("rule", "solve", space, "--latency", "0.5x", "--latency-model", table, "--json"),
      to: folder("solved.json"))
    try nvit("latency", "measure", space, "--budget", "0.1", "--threads", "1", "--to", folder("measured.json"))
    try nvit(
      "latency", "import", folder("sobol-latency.csv"), "--device", "none", "--batch-size", "4", "--tokens", "5",
      "--to", folder("imported.json"))
  }
}
