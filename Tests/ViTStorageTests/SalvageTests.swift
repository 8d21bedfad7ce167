import Foundation
import GRDB
import SearchTestSupport
import TestSupport
import Testing
import ViTFiles
import ViTNumerics
import ViTSearch
import ViTStorage

@Suite struct `Recovering a damaged study` {
  /// A study whose trials fill several pages, all in the file or, as after a crash, still in the log.
  private final class Damaged {
    let folder = TemporaryFolder()
    let plan: StudyPlan
    let records: [TrialRecord]
    var file: Data
    var log: Data
    let front: FrontDocument

    /// - Parameter reason: Why a trial has failed, where it has.
    init(
      inLog: Bool = false, count: UInt64 = 70,
      reason: (UInt64) -> String? = { $0 % 9 == 4 ? "nan" : nil }
    ) async throws {
      let plan = try TwoBlocks.plan()
      self.plan = plan
      let study = try NewStudyFolder(at: folder("origin"), overwrite: false)
        .begin(plan, documentText: "name: two-blocks\n", provenance: FakeStudy.provenance())
      front = try await FakeStudy.run(plan)
      try study.database.record(front)
      records = try (0..<count).map { seed in
        var record = `A trial store`.record(
          seed, state: reason(seed).map { .failed(step: 3, reason: $0) } ?? .completed)
        record.identifier.architectureDigest = plan.members[Int(seed) % plan.members.count].digest
        _ = try study.database.begin(record.identifier)
        try study.database.append(record)
        return record
      }
      if !inLog { _ = try study.database.setting("wal_checkpoint(TRUNCATE)") }
      file = try FileContents.read(folder("origin/study.sqlite"))
      log = try FileContents.read(folder("origin/study.sqlite-wal"))
    }

    /// Writes the bytes as they are now to a folder of their own.
    func write() throws -> StudyLocation {
      try? FileManager.default.removeItem(atPath: folder("s"))
      try FileManager.default.createDirectory(atPath: folder("s/weights"), withIntermediateDirectories: true)
      try AtomicFile.write("weights", to: folder("s/weights/a.safetensors"))
      try AtomicFile.write(file, to: folder("s/study.sqlite"))
      if !log.isEmpty { try AtomicFile.write(log, to: folder("s/study.sqlite-wal")) }
      return try StudyLocation(folder("s"))
    }

    func recover() throws -> (report: SalvageReport, records: [TrialRecord]) {
      let location = try write()
      try? FileManager.default.removeItem(atPath: folder("new"))
      let report = try StudySalvage.recover(location, to: folder("new"))
      #expect(try FileContents.read(folder("s/study.sqlite")) == file)
      let database = try StudyDatabase(path: folder("new/study.sqlite"))
      #expect(try database.setting("integrity_check") == "ok")
      #expect(try database.setting("foreign_key_check") == nil)
      return (report, try database.records())
    }

    /// Offsets at which pages begin that hold the text.
    func pages(holding text: String) -> [Int] {
      stride(from: 0, to: file.count, by: 4096).filter { file[$0..<$0 + 4096].range(of: Data(text.utf8)) != nil }
    }
  }

  @Test(arguments: [false, true]) func `gives an undamaged one as it is`(inLog: Bool) async throws {
    let study = try await Damaged(inLog: inLog)
    let (report, records) = try study.recover()
    #expect(records == study.records)
    #expect(report.trials.rescued == 70 && report.trials.known == 70 && report.finishedTrials == 70)
    #expect(report.members.rescued == study.plan.members.count && report.members.known == study.plan.members.count)
    #expect(report.hasPlan && report.hasFront)
    let database = try StudyDatabase(readOnly: study.folder("new/study.sqlite"))
    #expect(try database.plan() == study.plan && database.members() == study.plan.members)
    #expect(try database.front() == study.front)
    #expect(try database.documentText() == "name: two-blocks\n")
    #expect(try database.trials().map(\.attempts) == study.records.map { _ in 1 })
    #expect(FileManager.default.fileExists(atPath: study.folder("new/weights/a.safetensors")))
    #expect(throws: Never.self) {
      try StudyFolder(resuming: study.folder("new"), documentText: "name: two-blocks\n")
    }
  }

  /// A row of more than 4061 bytes goes on in other pages; what a row holds beside its text takes some 250.
  @Test func `reads rows that just fill a page, and those that just do not`() async throws {
    let study = try await Damaged(count: 150) { String(repeating: "x", count: 3750 + Int($0)) }
    let (report, records) = try study.recover()
    #expect(records == study.records && report.trials.rescued == 150)
  }

  @Test func `loses the rows of a page that is gone, and says how many`() async throws {
    let study = try await Damaged()
    // Pages with rows of trials hold their phases, which no index does.
    let pages = study.pages(holding: "phase 0")
    #expect(pages.count > 3)
    let page = pages[1]
    for offset in page..<page + 4096 { study.file[offset] = 0xff }
    let (report, records) = try study.recover()
    let lost = 70 - records.count
    #expect(lost > 0 && lost < 30)
    #expect(report.trials.rescued == records.count && report.trials.known == 70)
    #expect(records == study.records.filter { records.map(\.identifier).contains($0.identifier) })
    #expect(report.isResumable)
  }

  @Test func `reads on where the header, the schema and the trees are gone`() async throws {
    let study = try await Damaged()
    for offset in 0..<4096 { study.file[offset] = 0 }
    for page in stride(from: 0, to: study.file.count, by: 4096) where [2, 5].contains(study.file[page]) {
      for offset in page..<page + 4096 { study.file[offset] = 0 }
    }
    let (report, records) = try study.recover()
    #expect(records == study.records && report.isResumable && report.hasFront)
  }

  @Test func `without its plan can be looked at, and says that it cannot go on`() async throws {
    let study = try await Damaged()
    let provenance = FakeStudy.provenance()
    let page = try #require(study.pages(holding: "\"training_seeds\"").first)
    for offset in page..<page + 4096 { study.file[offset] = 0xff }
    let (report, records) = try study.recover()
    #expect(records == study.records && !report.hasPlan && !report.isResumable)
    let database = try StudyDatabase(readOnly: study.folder("new/study.sqlite"))
    #expect(throws: FileError.self) { try database.plan() }
    let description = try StudyDescription(database, folder: study.folder("new"))
    #expect(description.members.count == study.plan.members.count && description.seed == provenance.seed)
    #expect(description.notes.contains { $0.contains("the plan is lost") })
  }

  @Test func `reads what is left of a file that was cut`() async throws {
    let study = try await Damaged()
    study.file = study.file.prefix(study.pages(holding: "phase 0")[3] + 77)
    let (report, records) = try study.recover()
    #expect(!records.isEmpty && records.count < 70)
    #expect(report.trials.rescued == records.count && report.trials.known > records.count)
    #expect(records == study.records.filter { records.map(\.identifier).contains($0.identifier) })
  }

  /// SQLite itself drops everything behind the damaged frame.
  @Test func `reads the log beyond a damaged frame`() async throws {
    let study = try await Damaged(inLog: true)
    study.log[32 + 40 * 4120 + 2000] ^= 0xff
    let opened = try StudyDatabase(path: study.write().database).records()
    let (report, records) = try study.recover()
    #expect(opened.count < 30)
    #expect(records.count >= 68 && report.trials.known == 70)
  }

  @Test func `of which nothing can be read leaves nothing`() async throws {
    let study = try await Damaged()
    study.file = Data(repeating: 0x5a, count: 50_000)
    study.log = Data()
    let location = try study.write()
    let error = #expect(throws: FileError.self) { try StudySalvage.recover(location, to: study.folder("a/b")) }
    #expect(error?.description.contains("nothing of a study can be read in it") == true)
    #expect(!FileManager.default.fileExists(atPath: study.folder("a")))
    try AtomicFile.write("mine", to: study.folder("letter"))
    #expect(throws: FileError.self) { try StudySalvage.recover(location, to: study.folder.path) }
    #expect(try FileContents.readText(study.folder("letter")) == "mine")
  }

  /// Whatever the bytes are: it ends, and what it gives can be read.
  @Test func `survives any damage`() async throws {
    let study = try await Damaged(inLog: false, count: 30)
    let file = study.file
    let known = Set(study.records.map(\.identifier))
    var random = CounterRandom(seed: 3, purpose: "damage")
    var rescued: [Int] = []
    for _ in 0..<25 {
      study.file = file
      for _ in 0..<40 { study.file[Int(random.uniform() * Double(file.count))] = UInt8(random.next32() & 255) }
      guard let (_, records) = try? study.recover() else { continue }
      rescued.append(records.count { known.contains($0.identifier) })
      #expect(throws: Never.self) { try StudyDatabase(readOnly: study.folder("new/study.sqlite")).members() }
    }
    #expect(rescued.count > 20 && rescued.contains { $0 > 20 })
  }
}
