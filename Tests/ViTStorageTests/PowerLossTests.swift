import Foundation
import SearchTestSupport
import TestSupport
import Testing
import ViTFiles
import ViTNumerics
import ViTSearch
import ViTStorage

/// A loss of power leaves the database as it was at its last checkpoint and some of the log that was written since.
@Suite struct `After a loss of power` {
  private struct Moment {
    /// Bytes of the log when the trial was recorded.
    var logBytes: Int
    var record: TrialRecord
  }

  /// Records trials in `folder`, and gives the files as they are at the end of it, still open.
  private func recordTrials(_ count: UInt64, in folder: TemporaryFolder) throws -> (
    database: Data, log: Data, moments: [Moment]
  ) {
    let plan = try TwoBlocks.plan()
    let path = folder("s/study.sqlite")
    let study = try NewStudyFolder(at: folder("s"), overwrite: false)
      .begin(plan, documentText: "", provenance: FakeStudy.provenance())
    var moments: [Moment] = []
    for seed in 0..<count {
      var record = `A trial store`.record(seed)
      record.identifier.architectureDigest = plan.members[Int(seed) % plan.members.count].digest
      _ = try study.database.begin(record.identifier)
      try study.database.append(record)
      moments.append(Moment(logBytes: try FileContents.read(path + "-wal").count, record: record))
    }
    return (try FileContents.read(path), try FileContents.read(path + "-wal"), moments)
  }

  private func trials(_ database: Data, log: Data) throws -> [TrialRecord] {
    let folder = TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder("s"), withIntermediateDirectories: true)
    try AtomicFile.write(database, to: folder("s/study.sqlite"))
    try AtomicFile.write(log, to: folder("s/study.sqlite-wal"))
    let study = try StudyFolder(resuming: folder("s"), documentText: "")
    #expect(try study.database.setting("integrity_check") == "ok")
    return try study.database.records()
  }

  @Test func `every trial is there that was recorded before the log was cut`() throws {
    let (database, log, moments) = try recordTrials(12, in: TemporaryFolder())
    var random = CounterRandom(seed: 1, purpose: "cuts")
    let cuts = (0..<60).map { _ in Int(random.uniform() * Double(log.count)) } + moments.map(\.logBytes) + [0]
    for cut in cuts {
      let kept = try trials(database, log: log.prefix(cut))
      #expect(kept == moments.filter { $0.logBytes <= cut }.map(\.record), "cut to \(cut) of \(log.count) bytes")
    }
  }

  @Test func `what was written in part is taken back`() throws {
    let (database, log, moments) = try recordTrials(6, in: TemporaryFolder())
    var random = CounterRandom(seed: 2, purpose: "tears")
    for _ in 0..<30 {
      // The log ends in rubbish, as where a sector was allocated and never written.
      let cut = Int(random.uniform() * Double(log.count))
      let rubbish = (cut..<log.count).map { _ in UInt8(random.next32() & 255) }
      let kept = try trials(database, log: log.prefix(cut) + Data(rubbish))
      #expect(kept == moments.filter { $0.logBytes <= cut }.map(\.record), "torn from \(cut) of \(log.count) bytes")
    }
  }
}
