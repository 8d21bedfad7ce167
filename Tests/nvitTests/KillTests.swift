import Foundation
import RunTestSupport
import TestSupport
import Testing
import ViTFiles
import ViTNumerics
import ViTSearch
import ViTStorage

/// Real searches in processes of their own. `make kill-test` kills fifty times; the ordinary run, a few times.
@Suite(.serialized) struct `A search that is killed` {
  private let search = TinySearch()
  private let kills = ProcessInfo.processInfo.environment["NVIT_KILLS"].flatMap { Int($0) } ?? 5
  /// Another one for every run, printed so that a failure can be tried again.
  private let seed =
    ProcessInfo.processInfo.environment["NVIT_KILL_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...999)

  /// What a study holds but for its timings: trials by identifier, members, front, weights.
  private struct Outcome: Equatable {
    var trials: [TrialIdentifier: TrialRecord] = [:]
    var members: [PlannedMember]
    var front: Data
    var weights: [String: Data]

    init(_ folder: String) throws {
      let database = try StudyDatabase(readOnly: folder + "/study.sqlite")
      members = try database.members()
      for record in try database.records() {
        var record = record
        record.outcome.durationSeconds = 0
        record.outcome.imagesPerSecond = 0
        trials[record.identifier] = record
      }
      front = try FileContents.read(folder + "/pareto.json")
      weights = [:]
      for name in try FileManager.default.contentsOfDirectory(atPath: folder + "/weights") {
        weights[name] = try FileContents.read("\(folder)/weights/\(name)")
      }
    }
  }

  private func start(_ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = Bundle.main.bundleURL.appendingPathComponent("nvit")
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    try AtomicFile.write("", to: search.folder("errors"))
    process.standardError = FileHandle(forWritingAtPath: search.folder("errors"))
    try process.run()
    return process
  }

  /// A search of twelve trainings.
  private func tinySpace() throws -> String {
    try search.space(searching: "", candidates: 3, seeds: 3)
  }

  /// A search with everything: rungs, an audit, a sampler that learns, random search, further seeds.
  private func largerSpace() throws -> String {
    try search.space(
      searching: """
        start-candidates-per-target: 6, rungs: [1/5, 3/5, 1], audit: 2, halving-factor: 2, sampler: nsga-ii, rounds: 2, \
        random-search: true, max-seeds: 3
        """, seeds: 2)
  }

  /// The search without an interruption, and the seconds it took.
  private func uninterrupted(_ space: String) throws -> (outcome: Outcome, seconds: Double) {
    let start = ContinuousClock.now
    let run = try BuiltCommand.run(try search.arguments(space, to: "whole"))
    try #require(run.status == 0, "\(run.errors)")
    return (try Outcome(search.folder("whole")), (ContinuousClock.now - start) / .seconds(1))
  }

  @Test(arguments: [false, true]) func `at any moment ends as if it had not been, trial by trial`(isLarge: Bool) throws
  {
    let space = isLarge ? try largerSpace() : try tinySpace()
    let (whole, seconds) = try uninterrupted(space)
    #expect(isLarge ? whole.trials.count > 12 : whole.trials.count == 12, "\(whole.trials.count) trials")
    var random = CounterRandom(seed: seed, purpose: "kills")
    let study = search.folder("out/study")
    var (killed, finished, inTraining) = (0, 0, 0)
    while killed < kills || finished == 0 {
      let exists = FileManager.default.fileExists(atPath: study + "/study.sqlite")
      let arguments = try search.arguments(space) + [exists ? "--resume" : "--overwrite"]
      let process = try start(arguments)
      if killed < kills {
        usleep(UInt32(random.uniform() * seconds * 0.8 * 1e6))
        kill(process.processIdentifier, SIGKILL)
      }
      process.waitUntilExit()
      if process.terminationReason == .uncaughtSignal {
        killed += 1
        continue
      }
      let errors = try FileContents.readText(search.folder("errors"))
      try #require(process.terminationStatus == 0, "seed \(seed), after \(killed) kills: \(errors)")
      #expect(try Outcome(study) == whole, "seed \(seed), after \(killed) kills")
      let trials = try StudyDatabase(readOnly: study + "/study.sqlite").trials()
      inTraining += trials.map { $0.attempts - 1 }.reduce(0, +)
      let left = try FileManager.default.subpathsOfDirectory(atPath: study).filter { $0.contains(".partial") }
      #expect(left.isEmpty, "\(left)")
      #expect(!FileManager.default.fileExists(atPath: study + "/states"))
      finished += 1
      try FileManager.default.removeItem(atPath: study)
    }
    print(
      "killed \(killed) times, \(inTraining) trainings were taken up again, \(finished) studies compared, seed \(seed)")
  }

  /// The process is stopped while its files are copied, so that a copy is what a loss of power would leave; then the
  /// log is cut anywhere.
  @Test func `by a loss of power keeps the trials up to some moment`() throws {
    let space = try tinySpace()
    var random = CounterRandom(seed: seed, purpose: "power")
    let seconds = try uninterrupted(space).seconds
    let study = search.folder("out/study")
    let process = try start(try search.arguments(space))
    var copies: [(database: Data, log: Data)] = []
    while process.isRunning {
      usleep(UInt32(random.uniform() * seconds / Double(max(kills, 1)) * 1e6))
      guard kill(process.processIdentifier, SIGSTOP) == 0 else { break }
      defer { kill(process.processIdentifier, SIGCONT) }
      usleep(5_000)
      let log = study + "/study.sqlite-wal"
      guard FileManager.default.fileExists(atPath: log) else { continue }
      copies.append((try FileContents.read(study + "/study.sqlite"), try FileContents.read(log)))
    }
    process.waitUntilExit()
    let records = try StudyDatabase(readOnly: study + "/study.sqlite").records()
    #expect(records.count == 12)
    var lengths: Set<Int> = []
    for (index, copy) in copies.enumerated() {
      for cut in [copy.log.count] + (0..<4).map({ _ in Int(random.uniform() * Double(copy.log.count)) }) {
        let folder = TemporaryFolder()
        try AtomicFile.write(copy.database, to: folder("study.sqlite"))
        try AtomicFile.write(copy.log.prefix(cut), to: folder("study.sqlite-wal"))
        let database = try StudyDatabase(path: folder("study.sqlite"))
        let kept = try database.records()
        #expect(kept == Array(records.prefix(kept.count)), "seed \(seed), copy \(index) cut to \(cut)")
        #expect(try database.setting("integrity_check") == "ok")
        lengths.insert(kept.count)
        // Once there is a front, the log is on its way into the database, which is complete without it.
        if try database.front() != nil { break }
      }
    }
    print("\(copies.count) moments, states with \(lengths.sorted()) trials, seed \(seed)")
  }

  /// A limit on the size of files stands in for a full disk: writing beyond either is refused by the system.
  @Test func `by a full disk says so, and goes on when there is room`() throws {
    let space = try tinySpace()
    let whole = try uninterrupted(space).outcome
    let nvit = Bundle.main.bundleURL.appendingPathComponent("nvit").path
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    // In units of 512 bytes: room for the database and for a log of some trials.
    process.arguments =
      ["-c", "ulimit -f 400; exec \"$0\" \"$@\"", nvit] + (try search.arguments(space, jobs: 1))
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 73, "\(text)")
    #expect(text.contains("error: cannot write") && text.contains("resume with: nvit explore"), "\(text)")
    let kept = try StudyDatabase(readOnly: search.folder("out/study/study.sqlite")).records().count
    #expect(kept > 0 && kept < 12 && text.contains("\(kept) of 12 trainings are kept"), "\(kept) \(text)")
    let run = try BuiltCommand.run(try search.arguments(space) + ["--resume"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(try Outcome(search.folder("out/study")) == whole)
  }
}
