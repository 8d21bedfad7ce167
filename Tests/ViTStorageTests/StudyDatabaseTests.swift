import Foundation
import GRDB
import SearchTestSupport
import TestSupport
import Testing
import ViTFiles
import ViTSearch
import ViTStorage

@Suite struct `A study's database` {
  let temporary = TemporaryFolder()

  var path: String { temporary("s/study.sqlite") }

  /// Begins a study in `s` and gives its plan.
  @discardableResult
  func begin(runs: [Provenance.Run] = []) throws -> StudyPlan {
    let plan = try TwoBlocks.plan()
    var provenance = FakeStudy.provenance(documentText: "name: two-blocks\n")
    provenance.runs = runs
    _ = try NewStudyFolder(at: temporary("s"), overwrite: true)
      .begin(plan, documentText: "name: two-blocks\n", provenance: provenance)
    return plan
  }

  /// Changes the file behind nvit's back.
  func execute(_ sql: String) throws {
    try DatabaseQueue(path: path).writeWithoutTransaction { try $0.execute(sql: sql) }
  }

  func rows(_ sql: String) throws -> [Row] { try DatabaseQueue(path: path).read { try Row.fetchAll($0, sql: sql) } }

  static func run(_ version: String) -> Provenance.Run {
    Provenance.Run(version: version, command: ["nvit", "explore", "a b"], started: "2026-01-01T00:00:00Z", threads: 2)
  }

  @Test func `writes every change through to the disk, and holds members and trials together`() throws {
    try begin()
    let database = try StudyDatabase(path: path)
    #expect(try database.setting("journal_mode") == "wal")
    // 2 is FULL: the log is synchronised after every transaction.
    #expect(try database.setting("synchronous") == "2")
    #expect(try database.setting("foreign_keys") == "1")
    #expect(try database.setting("integrity_check") == "ok")
  }

  @Test func `keeps the runs and how they ended`() throws {
    try begin(runs: [Self.run("1")])
    let database = try StudyDatabase(path: path)
    var first = Self.run("1")
    first.state = .interrupted
    first.finished = "2026-01-01T00:01:00Z"
    first.phaseSeconds = ["training": 60.5]
    first.peakMemoryBytes = ["training": 1 << 40]
    first.studySeconds = 61
    try database.close(first)
    try database.begin(Self.run("2"))
    #expect(try database.runs() == [first, Self.run("2")])
    #expect(try database.provenance().runs == [first, Self.run("2")])
  }

  @Test func `adds up the time of all runs, up to the last trial of one that was killed`() throws {
    let plan = try begin(runs: [Self.run("1")])
    let database = try StudyDatabase(path: path)
    #expect(try database.elapsedSeconds() == 0)
    var run = Self.run("1")
    run.studySeconds = 10
    try database.close(run)
    #expect(try database.elapsedSeconds() == 10)
    var record = `A trial store`.record(1)
    record.identifier.architectureDigest = plan.members[0].digest
    record.finishedSeconds = 25
    try database.append(record)
    #expect(try database.elapsedSeconds() == 25)
  }

  @Test func `gives back the front, latencies included`() async throws {
    let plan = try begin()
    let database = try StudyDatabase(path: path)
    #expect(try database.front() == nil)
    let front = try await FakeStudy.run(plan, store: database)
    try database.record(front)
    #expect(try database.front() == front)
    let rows = try rows("SELECT * FROM leaderboard ORDER BY latency_seconds, name")
    #expect(rows.map { $0["name"] as String } == front.entries.map(\.name))
    #expect(rows.map { $0["latency_seconds"] as Double } == front.entries.map(\.latencySeconds))
    #expect(rows.map { ($0["on_front"] as Int) == 1 } == front.entries.map(\.isOnFront))
    #expect(rows.map { $0["trainings"] as Int } == front.entries.map { $0.validation?.trials.count ?? 0 })
    for (row, entry) in zip(rows, front.entries) {
      let mean = try #require(entry.validation?.mean)
      // Two seeds: SQLite's sum and ours may round differently.
      #expect(abs((row["accuracy"] as Double) - mean) < 1e-15)
    }
  }

  @Test func `of a newer nvit is refused, and left alone`() throws {
    try begin()
    try execute("PRAGMA user_version = 7")
    let before = try FileContents.read(path)
    for readOnly in [false, true] {
      let error = #expect(throws: FileError.self) {
        _ = try readOnly ? StudyDatabase(readOnly: path) : StudyDatabase(path: path)
      }
      #expect(error?.description.contains("schema 7, this version of nvit knows schemas up to 1") == true)
    }
    #expect(try FileContents.read(path) == before)
  }

  @Test func `of another program is refused, and so is a file that is no database`() throws {
    try FileManager.default.createDirectory(atPath: temporary("s"), withIntermediateDirectories: true)
    try execute("CREATE TABLE trials (digest TEXT)")
    #expect(throws: FileError.self) { try StudyDatabase(path: path) }
    try AtomicFile.write("digest,seed\n", to: path)
    let error = #expect(throws: FileError.self) { try StudyDatabase(readOnly: path) }
    #expect(error?.description.contains("damaged") == true)
    try AtomicFile.write("", to: path)
    let empty = #expect(throws: FileError.self) { try StudyDatabase(readOnly: path) }
    #expect(empty?.description.contains("not one of nvit's studies") == true)
    #expect(throws: FileError.self) { try StudyDatabase(readOnly: temporary("none")) }
    #expect(throws: FileError.self) { try StudyDatabase(path: temporary.path) }
  }

  @Test(arguments: [
    ("UPDATE trials SET seed = 'x'", "table trials, row 1: seed is \"x\", expected a whole number"),
    ("UPDATE trials SET validation_accuracy = x'00'", "validation_accuracy is 1 bytes, expected a number"),
    ("UPDATE trials SET phase = NULL", "phase is NULL, expected text"),
    ("UPDATE trials SET state = 'failed'", "failed_step is NULL, expected a whole number"),
  ])
  func `with a field that holds something else says which`(sql: String, message: String) throws {
    let plan = try begin()
    var record = `A trial store`.record(1)
    record.identifier.architectureDigest = plan.members[0].digest
    try StudyDatabase(path: path).append(record)
    try execute(sql)
    let error = #expect(throws: FileError.self) { try StudyDatabase(path: path).records() }
    #expect(error?.description.contains(message) == true, "\(String(describing: error))")
  }

  @Test func `can be read while a search writes, and by its file alone once it is complete`() async throws {
    let plan = try begin(runs: [Self.run("1")])
    let folder = try StudyFolder(resuming: temporary("s"), documentText: "name: two-blocks\n")
    let reader = try StudyDatabase(readOnly: path)
    let front = try await FakeStudy.run(plan, store: folder.database)
    #expect(try reader.records().count == plan.trials.count)
    #expect(throws: FileError.self) { try reader.begin(plan.trials[0].identifier) }
    try folder.finish(front, renderings: [:])
    try withExtendedLifetime(reader) { _ = try reader.front() }
    var run = Self.run("1")
    run.state = .completed
    try folder.close(run)
    try FileManager.default.copyItem(atPath: path, toPath: temporary("copy.sqlite"))
    let copy = try StudyDatabase(readOnly: temporary("copy.sqlite"))
    #expect(try copy.records() == folder.database.records() && copy.front() == front)
  }

  /// SQLite's own limit stands in for the disk's: both end in SQLITE_FULL.
  @Test func `on a full disk says so, loses nothing, and goes on when there is room`() throws {
    let plan = try begin()
    let database = try StudyDatabase(path: path)
    func record(_ seed: UInt64) -> TrialRecord {
      var record = `A trial store`.record(seed, state: .failed(step: 1, reason: String(repeating: "nan ", count: 200)))
      record.identifier.architectureDigest = plan.members[0].digest
      return record
    }
    try database.append(record(0))
    try database.limit(pages: 1)
    var kept: UInt64 = 1
    var refusal: FileError?
    while refusal == nil, kept < 100 {
      do throws(FileError) {
        try database.append(record(kept))
        kept += 1
      } catch {
        refusal = error
      }
    }
    #expect(refusal?.code == .cannotWrite && refusal?.description.contains("the disk is full") == true)
    #expect(try database.records() == (0..<kept).map(record))
    #expect(try StudyDatabase(readOnly: path).records() == (0..<kept).map(record))
    try database.limit(pages: nil)
    try database.append(record(kept))
    #expect(try database.records() == (0...kept).map(record))
    #expect(try database.setting("integrity_check") == "ok")
  }
}
