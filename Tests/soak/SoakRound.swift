internal import Foundation
internal import RunTestSupport
internal import TestSupport
internal import ViTFiles
internal import ViTNumerics
internal import ViTReport
internal import ViTRuns
internal import ViTSearch
internal import ViTStorage

/// One round of the loop: a study and a pruning chain, each run stopped at random moments and resumed, and all that reads
/// what they leave.
package final class SoakRound {
  /// What a round left.
  package struct Figures: Codable, Hashable, Sendable {
    package var round: Int
    /// From the start of the loop to the end of the round.
    package var seconds: Double
    /// Runs that were stopped and gone on with.
    package var stops: Int
    package var process: ProcessFigures

    package init(round: Int, seconds: Double, stops: Int, process: ProcessFigures) {
      (self.round, self.seconds, self.stops, self.process) = (round, seconds, stops, process)
    }
  }

  /// What has to be the same in every round, by what it is of.
  private(set) var digests: [String: String] = [:]
  private(set) var stops = 0
  private var random: CounterRandom
  private let lengths: Lengths
  private let sampler: String
  private let isOver: @Sendable () -> Bool

  /// How many events the runs told when nothing stopped them, as the rounds before found it.
  final class Lengths {
    var events: [String: Int] = [:]
  }

  /// - Parameters:
  ///   - number: From 0; picks the sampler and the moments of stops.
  ///   - isOver: Whether the loop is to end now, in the middle of a round.
  init(_ number: Int, lengths: Lengths, isOver: @escaping @Sendable () -> Bool) {
    let samplers = ["sobol", "random", "nsga-ii", "regularised-evolution", "ehvi"]
    sampler = samplers[number % samplers.count]
    random = CounterRandom(seed: UInt64(number), purpose: "stops")
    self.lengths = lengths
    self.isOver = isOver
  }

  func run() async throws {
    try await study()
    try await chain()
  }

  // MARK: Stops

  /// Carries a run through: twice it is stopped, at moments by chance, and then goes on to its end.
  private func carry<Outcome>(
    _ name: String, _ run: (ExistingResults, RunObserver) async throws -> Outcome
  ) async throws -> Outcome {
    var existing = ExistingResults.keep
    var told = 0
    for attempt in 0... {
      var limit: Int?
      if attempt < 2 { limit = Int(random.uniform() * Double(lengths.events[name] ?? 8)) }
      let stopper = Stopper(after: limit, isOver: isOver)
      do {
        let outcome = try await run(existing, stopper.observer)
        told += stopper.count
        if attempt == 0 || lengths.events[name] == nil { lengths.events[name] = told }
        return outcome
      } catch let error as UnfinishedRun where error.isStopped && !isOver() {
        existing = .resume
      } catch is CancellationError where !isOver() {
        if existing == .keep { existing = .replace }
      }
      told += stopper.count
      stops += 1
    }
    throw SoakError("\(name) does not end")
  }

  // MARK: A study

  private func study() async throws {
    let search = TinySearch()
    let learns = ["nsga-ii", "regularised-evolution", "ehvi"].contains(sampler)
    let space = try search.space(
      searching: """
        start-candidates-per-target: 6, rungs: [1/5, 3/5, 1], audit: 2, halving-factor: 2, sampler: \(sampler), \
        rounds: \(learns ? 2 : 1), random-search: true, max-seeds: 3
        """, seeds: 2)
    for name in ["first", "second"] {
      _ = try await carry("explore \(sampler)") { existing, observer in
        try await ExploreRun(try search.settings(space, to: "out/\(name)", jobs: 2, existing)).run(observer)
      }
    }
    let folders = ["first", "second"].map { search.folder("out/\($0)") }
    var report = ReportRun.Settings(studies: folders)
    report.page = search.folder("page.html")
    _ = try ReportRun(report).run()
    _ = try StudyComparison(try folders.map { try StudyComparison.Subject(reading: $0) })
    _ = try StudySummary.all(below: search.folder("out"))
    let database = try StudyDatabase(readOnly: folders[0] + "/study.sqlite")
    _ = try StudyDescription(database, folder: folders[0])
    _ = try ExportRun(ExportRun.Settings(study: folders[0], target: "all", to: search.folder("export"))).run()
    for folder in folders { try remember("study by \(sampler)", weightsIn: folder + "/weights") }
    var latency = LatencyMeasureRun.Settings(space: space)
    latency.budgetSeconds = 0.2
    latency.file = search.folder("latency.json")
    _ = try await carry("latency") { _, observer in
      latency.overwrite = true
      return try LatencyMeasureRun(latency).run(observer)
    }
  }

  // MARK: A chain

  private func chain() async throws {
    let dense = TinyDense()
    var training = TrainRun.Settings(source: try dense.space())
    training.folder = dense.folder("dense")
    training.threads = 2
    _ = try await carry("train") { existing, observer in
      training.existing = existing
      return try TrainRun(training).run(observer)
    }
    _ = try await carry("prune") { existing, observer in
      try PruneRun(
        dense.settings {
          $0.existing = existing
          $0.threads = 2
        }
      ).run(observer)
    }
    var finetuning = FinetuneRun.Settings(family: dense.folder("out/run"), to: dense.folder("finetuned"))
    finetuning.seeds = 2
    finetuning.threads = 2
    _ = try await carry("finetune") { existing, observer in
      finetuning.existing = existing
      return try FinetuneRun(finetuning).run(observer)
    }
    var mining = MineRun.Settings(families: [dense.folder("out/run")], to: dense.folder("mined.yaml"))
    mining.replicates = 50
    _ = try await carry("mine") { _, observer in
      mining.overwrite = true
      return try MineRun(mining).run(observer)
    }
    var evaluation = EvaluateRun.Settings(
      weights: dense.folder("dense/weights.safetensors"), space: dense.folder("space.yaml"))
    evaluation.logits = dense.folder("logits.safetensors")
    _ = try EvaluateRun(evaluation).run()
    try remember("dense", weightsIn: dense.folder("dense"))
    try remember("pruned", weightsIn: dense.folder("out/run/snapshots"))
    try remember("finetuned", weightsIn: dense.folder("finetuned"))
  }

  // MARK: The same in every round

  /// - Throws: `SoakError` when there were other weights before.
  private func remember(_ name: String, weightsIn folder: String) throws {
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".safetensors") }
    guard !files.isEmpty else { throw SoakError("\(name): no weights in \(folder)") }
    let digest = SHA256.hexDigest(
      try files.sorted().map { "\($0) \(SHA256.hexDigest(try FileContents.read("\(folder)/\($0)")))\n" }.joined().utf8)
    guard digests[name] ?? digest == digest else { throw SoakError("\(name): two runs of a round left other weights") }
    digests[name] = digest
  }
}
