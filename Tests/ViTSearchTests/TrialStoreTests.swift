import Foundation
import TestSupport
import Testing
import ViTFiles
import ViTSearch

/// What every store must do, whatever it keeps trials in.
@Suite struct `A trial store` {
  enum Kind: CaseIterable {
    case memory, jsonLines

    func make(in folder: TemporaryFolder) throws -> any TrialStore {
      switch self {
      case .memory: MemoryTrialStore()
      case .jsonLines: try JSONLinesTrialStore(path: folder("trials.jsonl"))
      }
    }
  }

  static func record(_ seed: UInt64, state: TrialOutcome.State = .completed) -> TrialRecord {
    TrialRecord(
      identifier: TrialIdentifier(architectureDigest: "ab\"/é", seed: seed), name: "nvit \u{1F600}\n",
      outcome: TrialOutcome(
        state: state, validationAccuracy: 0.1 + Double(seed) / 3, validationLoss: 1.25, trainingLoss: 1e-300,
        durationSeconds: 2, imagesPerSecond: 3, samplesSeen: 4))
  }

  @Test(arguments: Kind.allCases) func `keeps records in the order appended`(kind: Kind) throws {
    let folder = TemporaryFolder()
    let store = try kind.make(in: folder)
    #expect(try store.records().isEmpty)
    let records = [
      Self.record(3), Self.record(1, state: .failed(step: 9, reason: "the loss is \"nan\"")), Self.record(.max),
    ]
    for record in records { try store.append(record) }
    #expect(try store.records() == records)
  }

  @Test(arguments: Kind.allCases) func `keeps a trial once`(kind: Kind) throws {
    let folder = TemporaryFolder()
    let store = try kind.make(in: folder)
    try store.append(Self.record(1))
    let error = #expect(throws: FileError.self) {
      try store.append(Self.record(1, state: .failed(step: 0, reason: "")))
    }
    #expect(error?.code == .alreadyExists)
    #expect(try store.records() == [Self.record(1)])
  }

  @Test(arguments: Kind.allCases) func `takes appends from many threads`(kind: Kind) throws {
    let folder = TemporaryFolder()
    let store = try kind.make(in: folder)
    DispatchQueue.concurrentPerform(iterations: 32) { try? store.append(Self.record(UInt64($0))) }
    #expect(Set(try store.records().map(\.identifier.seed)) == Set(0..<32))
  }
}

@Suite struct `A trial file` {
  private func lines(_ count: UInt64) throws -> Data {
    let folder = TemporaryFolder()
    let store = try JSONLinesTrialStore(path: folder("t"))
    for seed in 0..<count { try store.append(`A trial store`.record(seed)) }
    return try FileContents.read(folder("t"))
  }

  @Test func `is read back by the next process`() throws {
    let folder = TemporaryFolder()
    var records = [`A trial store`.record(0), `A trial store`.record(1, state: .failed(step: 2, reason: "r"))]
    do {
      let store = try JSONLinesTrialStore(path: folder("t"))
      for record in records { try store.append(record) }
    }
    let again = try JSONLinesTrialStore(path: folder("t"))
    #expect(try again.records() == records && again.recoveredBytes == 0)
    records.append(`A trial store`.record(7))
    try again.append(records[2])
    #expect(try JSONLinesTrialStore(path: folder("t")).records() == records)
  }

  @Test func `writes losses that are no numbers as null`() throws {
    let folder = TemporaryFolder()
    var record = `A trial store`.record(0, state: .failed(step: 1, reason: "the loss is nan"))
    record.outcome.trainingLoss = .nan
    record.outcome.validationLoss = .infinity
    try JSONLinesTrialStore(path: folder("t")).append(record)
    let text = try FileContents.readText(folder("t"))
    #expect(text.contains(#""training_loss":null"#) && text.contains(#""state":"failed""#))
    let loss = try JSONLinesTrialStore(path: folder("t")).records().first?.outcome.trainingLoss
    #expect(loss?.isNaN == true)
  }

  /// A crash can cut the last line anywhere, its newline included.
  @Test func `recovers from a torn last line, wherever it is torn`() throws {
    let whole = try lines(3)
    let two = try lines(2)
    for length in two.count..<whole.count {
      let folder = TemporaryFolder()
      try AtomicFile.write(whole.prefix(length), to: folder("t"))
      let store = try JSONLinesTrialStore(path: folder("t"))
      #expect(try store.records().map(\.identifier.seed) == [0, 1], "cut to \(length) bytes")
      #expect(store.recoveredBytes == length - two.count)
      try store.append(`A trial store`.record(2))
      #expect(try FileContents.read(folder("t")) == whole)
    }
  }

  @Test func `with a bad line names it`() throws {
    let folder = TemporaryFolder()
    let good = String(decoding: try lines(1), as: UTF8.self)
    let cases = [
      (good + "nonsense\n" + good, "line 2 is no trial record"), (good + good, "line 2 is no trial record: it repeats"),
      (good + "\n", "line 2 is no trial record"), ("{}\n", "line 1 is no trial record: key \"state\" is missing"),
      (good.replacing("\"samples_seen\":4", with: "\"samples_seen\":\"x\""), "line 1 is no trial record: wrong type"),
    ]
    for (text, message) in cases {
      try AtomicFile.write(text, to: folder("t"))
      let error = #expect(throws: FileError.self) { try JSONLinesTrialStore(path: folder("t")) }
      #expect(error?.description.contains(message) == true, "\(String(describing: error))")
      #expect(try FileContents.readText(folder("t")) == text)
    }
  }

  /// /dev/full refuses every write, as a full disk does.
  @Test func `on a full disk says so`() throws {
    let store = try JSONLinesTrialStore(path: "/dev/full")
    let error = #expect(throws: FileError.self) { try store.append(`A trial store`.record(0)) }
    #expect(error?.description == "cannot write /dev/full: No space left on device")
    #expect(try store.records().isEmpty)
  }
}
