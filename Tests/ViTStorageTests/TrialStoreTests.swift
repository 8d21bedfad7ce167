import Foundation
import SearchTestSupport
import TestSupport
import Testing
import ViTFiles
import ViTLatency
import ViTNumerics
import ViTSearch
import ViTStorage

/// What every store must do, whatever it keeps trials in.
@Suite struct `A trial store` {
  enum Kind: CaseIterable {
    case memory, database

    /// An empty store of a study without members.
    func make(in folder: TemporaryFolder) throws -> any TrialStore {
      switch self {
      case .memory: return MemoryTrialStore()
      case .database:
        var plan = try TwoBlocks.plan()
        plan.members = []
        return try NewStudyFolder(at: folder("s"), overwrite: false)
          .begin(plan, documentText: "", provenance: FakeStudy.provenance()).database
      }
    }
  }

  static func member(_ digest: String = "ab\"/é", name: String = "nvit \u{1F600}\n'; --") -> PlannedMember {
    var member = PlannedMember(
      role: .candidate, name: name, digest: digest, architecture: TwoBlocks.architecture(48, 64, 96),
      latency: Estimate(predictedSeconds: 0.1 / 3, uncertainty: 1e-300), targets: ["0.5x", "12ms"])
    member.values = ["rule.mlp": 2.0 / 3]
    return member
  }

  static func record(_ seed: UInt64, rung: Int = 0, state: TrialOutcome.State = .completed) -> TrialRecord {
    TrialRecord(
      identifier: TrialIdentifier(architectureDigest: member().digest, seed: seed, rung: rung), name: member().name,
      phase: TrialPhase(rawValue: "phase \(rung)"),
      outcome: TrialOutcome(
        state: state, validationAccuracy: 0.1 + 0.9 / Double(seed % 97 + 3), validationLoss: 1.25, trainingLoss: 1e-300,
        durationSeconds: 2, imagesPerSecond: 3, samplesSeen: 4), finishedSeconds: Double(seed % 7) / 3)
  }

  @Test(arguments: Kind.allCases) func `keeps members in the order added, each once`(kind: Kind) throws {
    let folder = TemporaryFolder()
    let store = try kind.make(in: folder)
    #expect(try store.members().isEmpty)
    let members = ["c", "a", "b"].map { Self.member($0) }
    try store.add(Array(members.prefix(2)))
    try store.add([])
    try store.add([Self.member("a", name: "another name")] + members)
    #expect(try store.members() == members)
  }

  @Test(arguments: Kind.allCases) func `keeps records in the order appended`(kind: Kind) throws {
    let folder = TemporaryFolder()
    let store = try kind.make(in: folder)
    #expect(try store.records().isEmpty)
    try store.add([Self.member()])
    let records = [
      Self.record(3), Self.record(1, state: .failed(step: 9, reason: "the loss is \"nan\"")), Self.record(.max),
      Self.record(3, rung: 2), Self.record(0),
    ]
    // Begun in another order.
    for record in records.reversed() { _ = try store.begin(record.identifier) }
    for record in records { try store.append(record) }
    #expect(try store.records() == records)
    #expect(try store.records().map(\.finishedSeconds) == records.map(\.finishedSeconds))
  }

  @Test(arguments: Kind.allCases) func `keeps a trial once`(kind: Kind) throws {
    let folder = TemporaryFolder()
    let store = try kind.make(in: folder)
    try store.add([Self.member()])
    try store.append(Self.record(1))
    let error = #expect(throws: FileError.self) {
      try store.append(Self.record(1, state: .failed(step: 0, reason: "")))
    }
    #expect(error?.code == .alreadyExists && error?.description.contains("seed 1 is already recorded") == true)
    #expect(throws: FileError.self) { try store.begin(Self.record(1).identifier) }
    #expect(try store.records() == [Self.record(1)])
    try store.append(Self.record(1, rung: 1))
    #expect(try store.records().count == 2)
  }

  @Test(arguments: Kind.allCases) func `counts the attempts at a trial`(kind: Kind) throws {
    let folder = TemporaryFolder()
    let store = try kind.make(in: folder)
    try store.add([Self.member()])
    let (first, second) = (Self.record(1), Self.record(1, rung: 1))
    #expect(try store.begin(first.identifier) == 1)
    #expect(try store.begin(first.identifier) == 2)
    #expect(try store.begin(second.identifier) == 1)
    #expect(try store.begin(first.identifier) == 3)
    #expect(try store.records().isEmpty)
    try store.append(first)
    #expect(try store.records() == [first])
  }

  @Test(arguments: Kind.allCases) func `takes no trial of an architecture that is no member`(kind: Kind) throws {
    let folder = TemporaryFolder()
    let store = try kind.make(in: folder)
    try store.add([Self.member("other")])
    #expect(throws: FileError.self) { try store.begin(Self.record(1).identifier) }
    let error = #expect(throws: FileError.self) { try store.append(Self.record(1)) }
    #expect(error?.description.contains("is no member of the study") == true)
    #expect(try store.records().isEmpty)
  }

  @Test(arguments: Kind.allCases) func `keeps losses that are no numbers`(kind: Kind) throws {
    let folder = TemporaryFolder()
    let store = try kind.make(in: folder)
    try store.add([Self.member()])
    var record = Self.record(0, state: .failed(step: 1, reason: "the loss is nan"))
    record.outcome.trainingLoss = .nan
    record.outcome.validationLoss = .nan
    try store.append(record)
    let outcome = try #require(store.records().first).outcome
    #expect(outcome.trainingLoss.isNaN && outcome.validationLoss.isNaN && outcome.state == record.outcome.state)
  }

  @Test(arguments: Kind.allCases) func `takes appends from many threads`(kind: Kind) throws {
    let folder = TemporaryFolder()
    let store = try kind.make(in: folder)
    try store.add([Self.member()])
    DispatchQueue.concurrentPerform(iterations: 32) { index in
      _ = try? store.begin(Self.record(UInt64(index)).identifier)
      try? store.append(Self.record(UInt64(index)))
    }
    #expect(Set(try store.records().map(\.identifier.seed)) == Set(0..<32))
  }
}
