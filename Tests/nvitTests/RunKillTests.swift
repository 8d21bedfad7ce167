import Foundation
import RunTestSupport
import TestSupport
import Testing
import ViTFiles
import ViTNumerics
import ViTRuns

/// Real trainings, prunings, finetunings and chains in processes of their own, killed at random moments and gone on with.
/// `make kill-test` kills each of them as often as it kills searches; the ordinary run, a few times.
@Suite(.serialized) struct `A run that is killed` {
  private let askedKills = ProcessInfo.processInfo.environment["NVIT_KILLS"].flatMap { Int($0) }
  /// Another one for every run, printed so that a failure can be tried again.
  private let seed =
    ProcessInfo.processInfo.environment["NVIT_KILL_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...999)
  private let dense = TinyDense()

  /// A kind of run: its arguments but for `--to` and what is to become of results, and what tells that one is there.
  private struct Kind {
    var arguments: [String]
    /// The first file of a run that can go on.
    var mark: String
    /// Whether the same command goes on, without `--resume`.
    var goesOnByItself = false
    /// How often the ordinary test kills it; a chain takes seconds each time.
    var usualKills = 3
    /// Files to begin with, by name, which a run of its own would not make alike.
    var given: [String: Data] = [:]
  }

  // MARK: What a run left

  /// Weights bit by bit, and documents but for their times.
  private struct Outcome: Equatable {
    var weights: [String: Data] = [:]
    var documents: [String: NSObject] = [:]

    init(_ folder: String) throws {
      for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
        if name.hasSuffix(".safetensors") {
          weights[name] = try FileContents.read("\(folder)/\(name)")
        } else if ["training.json", "family.json", "finetuned.json", "paper.json", "mined.yaml"].contains(
          URL(fileURLWithPath: name).lastPathComponent)
        {
          let data = try FileContents.read("\(folder)/\(name)")
          let content = (try? JSONSerialization.jsonObject(with: data)).map(Outcome.timeless)
          // The heading of a mined document has the day and the folders' names.
          let text = String(decoding: data, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
          documents[name] = content as? NSObject ?? text as NSArray
        }
      }
    }

    /// Without what a clock or the system tells, and without paths, which hold the folder's name.
    private static func timeless(_ value: Any) -> Any {
      let times = ["seconds", "measured_latency", "steps", "teacher", "hard_teacher", "weights_file"]
      switch value {
      case let object as [String: Any]: return object.filter { !times.contains($0.key) }.mapValues(timeless)
      case let list as [Any]: return list.map(timeless)
      default: return value
      }
    }
  }

  // MARK: Killing

  private func start(_ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = Bundle.main.bundleURL.appendingPathComponent("nvit")
    process.arguments = arguments
    // States many times a second, so that kills fall between two of them and into the writing of one.
    process.environment = ProcessInfo.processInfo.environment.merging(["NVIT_STATE_SECONDS": "0.01"]) { $1 }
    process.standardOutput = FileHandle.nullDevice
    try AtomicFile.write("", to: dense.folder("errors"))
    process.standardError = FileHandle(forWritingAtPath: dense.folder("errors"))
    try process.run()
    return process
  }

  private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: dense.folder(name)) }

  private func begin(_ folder: String, _ kind: Kind) throws {
    guard !kind.given.isEmpty else { return }
    try FileManager.default.createDirectory(atPath: dense.folder(folder), withIntermediateDirectories: true)
    for (name, data) in kind.given { try AtomicFile.write(data, to: dense.folder("\(folder)/\(name)")) }
  }

  /// Compares what killed runs leave in the end with what one leaves that nothing disturbs.
  private func compare(_ kind: Kind) throws {
    let kills = askedKills ?? kind.usualKills
    var random = CounterRandom(seed: seed, purpose: "kills of \(kind.mark)")
    try begin("whole", kind)
    let began = ContinuousClock.now
    let undisturbed = try start(kind.arguments + ["--to", dense.folder("whole")])
    undisturbed.waitUntilExit()
    let seconds = (ContinuousClock.now - began) / .seconds(1)
    let told = try FileContents.readText(dense.folder("errors"))
    try #require(undisturbed.terminationStatus == 0, "\(told)")
    let whole = try Outcome(dense.folder("whole"))
    #expect(!whole.weights.isEmpty && !whole.documents.isEmpty)

    var (killed, finished, resumed) = (0, 0, 0)
    while killed < kills || finished == 0 {
      if !exists("run") { try begin("run", kind) }
      let goesOn = exists("run/\(kind.mark)")
      if exists("run/state/state.json") { resumed += 1 }
      let ending = kind.goesOnByItself ? [] : [goesOn ? "--resume" : "--overwrite"]
      let process = try start(kind.arguments + ["--to", dense.folder("run")] + ending)
      if killed < kills {
        usleep(UInt32(random.uniform() * seconds * 0.9 * 1e6))
        kill(process.processIdentifier, SIGKILL)
      }
      process.waitUntilExit()
      if process.terminationReason == .uncaughtSignal {
        killed += 1
        continue
      }
      let errors = try FileContents.readText(dense.folder("errors"))
      // A run may be killed when all of it is done.
      let isDone = process.terminationStatus == 0 || errors.contains("nothing to resume")
      try #require(isDone, "seed \(seed), after \(killed) kills: \(errors)")
      let outcome = try Outcome(dense.folder("run"))
      #expect(outcome.weights.keys.sorted() == whole.weights.keys.sorted(), "seed \(seed), after \(killed) kills")
      #expect(outcome.weights == whole.weights, "seed \(seed), after \(killed) kills")
      #expect(outcome.documents.keys.sorted() == whole.documents.keys.sorted(), "seed \(seed), after \(killed) kills")
      for (name, document) in outcome.documents {
        #expect(document == whole.documents[name], "\(name), seed \(seed), after \(killed) kills")
      }
      let left = try FileManager.default.subpathsOfDirectory(atPath: dense.folder("run")).filter {
        $0.contains(".partial") || $0.hasSuffix("state") || $0.contains("state/")
      }
      #expect(left.isEmpty, "seed \(seed), after \(killed) kills: \(left)")
      finished += 1
      try FileManager.default.removeItem(atPath: dense.folder("run"))
    }
    print(
      "\(kind.arguments[0]): killed \(killed) times, \(resumed) starts from a state, \(finished) compared, seed \(seed)"
    )
  }

  // MARK: Kinds

  @Test func `at any moment of a training ends as if it had not been`() throws {
    let space = try dense.space()
    try AtomicFile.write(
      try FileContents.readText(space).replacing(
        "epochs: 1, batch-size: 8,", with: "epochs: 60, ema-decay: 0.9, drop-path: 0.1, batch-size: 8,"), to: space)
    try compare(Kind(arguments: ["train", space, "--threads", "1", "--seed", "3"], mark: "train.json"))
  }

  @Test func `at any moment of a pruning ends as if it had not been`() throws {
    try dense.train()
    let settings = try dense.settings(["0.8x", "0.5x", "0.3x"]) {
      $0.interval = 8
      $0.groupsPerStep = 2
    }
    try compare(Kind(arguments: arguments(settings.commandLine), mark: "run.json"))
  }

  @Test func `at any moment of a finetuning ends as if it had not been`() throws {
    try dense.train()
    try dense.prune()
    let line = ["finetune", dense.folder("out/run"), "--seeds", "2", "--epochs", "10", "--threads", "1"]
    try compare(Kind(arguments: line, mark: "finetuned.json"))
  }

  /// Its latency model is given: two measurements are never alike, and all that follows depends on them.
  @Test func `at any moment of a chain ends as if it had not been`() throws {
    try dense.space(latency: "{batch-size: 4, threads: 1, budget-seconds: 0.2}")
    let space = dense.folder("chain.yaml")
    try AtomicFile.write(
      """
      nvit: 1
      name: small
      architecture: {image-size: 28, channels: 1, patch-size: 7, classes: 10, depth: 4, embedding: 48}
      rule: {heads: 4, query-key: 8, value: 8, mlp-hidden: 4E}
      dataset: {format: idx, path: data, validation-count: 20}
      recipe: {epochs: 1, batch-size: 8, warmup-epochs: 0, learning-rate: 0.001}
      latency: {batch-size: 8, threads: 1, budget-seconds: 0.5}

      """, to: space)
    let line = ["paper", space, "--latency", "0.9x", "--seeds", "2", "--threads", "1"]
    let process = try start(line + ["--to", dense.folder("measured")])
    for _ in 0..<3000 where process.isRunning && !exists("measured/latency-model.json") { usleep(10_000) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let model = try FileContents.read(dense.folder("measured/latency-model.json"))
    try compare(
      Kind(
        arguments: line, mark: "steps.json", goesOnByItself: true, usualKills: 1, given: ["latency-model.json": model]))
  }

  /// Of a command line, all but where results go.
  private func arguments(_ line: [String]) -> [String] {
    guard let place = line.firstIndex(of: "--to") else { return line }
    return Array(line[..<place] + line[(place + 2)...])
  }
}
