import Foundation
import SearchTestSupport
import TestSupport
import Testing
import ViTArchitecture
import ViTFiles
import ViTLatency
import ViTSearch
import ViTStorage

@Suite struct `A study folder` {
  let temporary = TemporaryFolder()
  let document = "name: two-blocks\nseeds: 2\n"

  func provenance() -> Provenance { FakeStudy.provenance(documentText: document) }

  /// Starts a study in `outputs/s` and lets go of the folder.
  func start(overwrite: Bool = false) throws -> StudyPlan {
    let plan = try TwoBlocks.plan()
    let new = try NewStudyFolder(at: temporary("outputs/s"), overwrite: overwrite)
    _ = try new.begin(plan, documentText: document, provenance: provenance())
    return plan
  }

  func resume() throws -> StudyFolder {
    try StudyFolder(resuming: temporary("outputs/s"), documentText: document)
  }

  @Test func `gives back the plan it was started with`() throws {
    let plan = try start()
    let folder = try resume()
    #expect(try folder.database.plan() == plan)
    #expect(try folder.database.members() == plan.members)
    #expect(try folder.database.provenance() == provenance())
    #expect(try folder.database.front() == nil)
    #expect(try FileContents.readText(folder("space.yaml")) == document)
  }

  @Test func `is never overwritten silently`() throws {
    _ = try start()
    try AtomicFile.write("0.5", to: temporary("outputs/s/weights/a.safetensors"))
    let error = #expect(throws: FileError.self) {
      try NewStudyFolder(at: temporary("outputs/s"), overwrite: false)
    }
    #expect(error?.code == .alreadyExists)
    for option in ["--resume", "--to", "--overwrite"] { #expect(error?.description.contains(option) == true) }
    #expect(FileManager.default.fileExists(atPath: temporary("outputs/s/weights/a.safetensors")))
    _ = try start(overwrite: true)
    #expect(!FileManager.default.fileExists(atPath: temporary("outputs/s/weights/a.safetensors")))
  }

  @Test func `is left alone by overwriting until the new study begins`() throws {
    _ = try start()
    _ = try NewStudyFolder(at: temporary("outputs/s"), overwrite: true)
    #expect(throws: Never.self) { try resume() }
  }

  @Test func `is not made from a folder with other content, whatever the options`() throws {
    try AtomicFile.write("precious", to: temporary("letter.txt"))
    for overwrite in [false, true] {
      let error = #expect(throws: FileError.self) {
        try NewStudyFolder(at: temporary.path, overwrite: overwrite)
      }
      #expect(error?.description.contains("not a study") == true)
    }
    #expect(throws: FileError.self) { try NewStudyFolder(at: temporary("letter.txt"), overwrite: true) }
    #expect(try FileContents.readText(temporary("letter.txt")) == "precious")
  }

  @Test func `that could not be used is removed again`() throws {
    let new = try NewStudyFolder(at: temporary("new"), overwrite: false)
    new.discardIfUnused()
    #expect(!FileManager.default.fileExists(atPath: temporary("new")))
    _ = try start()
    try NewStudyFolder(at: temporary("outputs/s"), overwrite: true).discardIfUnused()
    #expect(throws: Never.self) { try resume() }
  }

  /// A number that JSON cannot hold stops the plan from being written, after the other files.
  @Test func `whose start fails is removed again`() throws {
    var plan = try TwoBlocks.plan()
    plan.targets[0].seconds = .nan
    let folder = try NewStudyFolder(at: temporary("new"), overwrite: false)
    #expect(throws: FileError.self) { try folder.begin(plan, documentText: document, provenance: provenance()) }
    #expect(FileManager.default.fileExists(atPath: temporary("new/space.yaml")))
    folder.discardIfUnused()
    #expect(!FileManager.default.fileExists(atPath: temporary("new")))
  }

  @Test func `can be taken again after a start that was killed`() throws {
    try FileManager.default.createDirectory(atPath: temporary("outputs/s"), withIntermediateDirectories: true)
    try AtomicFile.write("name: tw", to: temporary("outputs/s/space.yaml.123.456.partial"))
    _ = try start()
    #expect(!FileManager.default.fileExists(atPath: temporary("outputs/s/space.yaml.123.456.partial")))
    try FileManager.default.removeItem(atPath: temporary("outputs/s/study.sqlite"))
    let error = #expect(throws: FileError.self) { try start() }
    #expect(error?.description.contains("a study that cannot go on") == true)
    // As one that was killed while it removed the old study.
    for name in ["provenance.json", "weights"] {
      try FileManager.default.removeItem(atPath: temporary("outputs/s/\(name)"))
    }
    _ = try start(overwrite: true)
    #expect(throws: Never.self) { try resume() }
  }

  @Test func `cannot be made below a file`() throws {
    try AtomicFile.write("", to: temporary("file"))
    let error = #expect(throws: FileError.self) {
      try NewStudyFolder(at: temporary("file/study"), overwrite: false)
    }
    #expect(error?.description.hasPrefix("cannot write \(temporary("file/study"))") == true)
  }

  @Test func `refuses to resume with another space and shows the difference`() throws {
    _ = try start()
    let error = #expect(throws: SearchError.self) {
      try StudyFolder(
        resuming: temporary("outputs/s"), documentText: document.replacing("seeds: 2", with: "seeds: 3"))
    }
    #expect(error?.code == .spaceChanged)
    #expect(error?.description.hasSuffix("  - line 2: seeds: 2\n  + line 2: seeds: 3") == true)
  }

  @Test func `that does not exist cannot be resumed`() {
    let error = #expect(throws: SearchError.self) {
      try StudyFolder(resuming: temporary("none"), documentText: document)
    }
    #expect(error?.description.contains("start it without --resume") == true)
  }

  @Test func `of an older version is refused by name, and may be overwritten`() throws {
    try FileManager.default.createDirectory(atPath: temporary("outputs/s"), withIntermediateDirectories: true)
    for name in ["space.yaml", "plan.json", "trials.jsonl"] {
      try AtomicFile.write("", to: temporary("outputs/s/\(name)"))
    }
    let error = #expect(throws: SearchError.self) { try resume() }
    #expect(error?.description.contains("made by an older version of nvit") == true)
    _ = try start(overwrite: true)
    #expect(!FileManager.default.fileExists(atPath: temporary("outputs/s/trials.jsonl")))
    #expect(throws: Never.self) { try resume() }
  }

  /// What a crash left beside the old database must not be taken for the new one's.
  @Test func `that overwrites another takes over nothing of its database`() throws {
    let plan = try start()
    let database = temporary("outputs/s/study.sqlite")
    let log: Data
    do {
      let folder = try resume()
      _ = try folder.database.begin(plan.trials[0].identifier)
      log = try FileContents.read(database + "-wal")
    }
    try AtomicFile.write(log, to: database + "-wal")
    try FileManager.default.removeItem(atPath: database)
    _ = try start(overwrite: true)
    #expect(try resume().database.begin(plan.trials[0].identifier) == 1)
  }

  @Test func `belongs to one process at a time`() throws {
    _ = try start()
    let held = try resume()
    let error = #expect(throws: FileError.self) { try resume() }
    #expect(error?.code == .locked)
    #expect(throws: FileError.self) { try NewStudyFolder(at: temporary("outputs/s"), overwrite: true) }
    withExtendedLifetime(held) {}
  }

  /// `flock` here is util-linux's, another process.
  @Test func `held by another process is refused`() throws {
    _ = try start()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
    process.arguments = ["--exclusive", temporary("outputs/s"), "sh", "-c", "echo held; cat"]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    _ = output.fileHandleForReading.availableData
    let error = #expect(throws: FileError.self) { try resume() }
    #expect(error?.code == .locked)
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    #expect(throws: Never.self) { try resume() }
  }

  @Test func `keeps the outcome, and the weights of the front only`() async throws {
    let plan = try TwoBlocks.plan()
    let folder = try NewStudyFolder(at: temporary("s"), overwrite: false)
      .begin(plan, documentText: document, provenance: provenance())
    let front = try await FakeStudy.run(plan, store: folder.database)
    for trial in plan.trials {
      try AtomicFile.write("weights", to: folder("weights/\(trial.identifier.weightsFileName)"))
    }
    try folder.finish(front, renderings: ["pareto.csv": "a,b\n"])
    let kept = try FileManager.default.contentsOfDirectory(atPath: folder("weights"))
    #expect(Set(kept.map { "weights/\($0)" }) == Set(front.front.compactMap(\.weightsFile)))
    #expect(kept.count == front.front.count)
    #expect(try folder.database.front() == front)
    #expect(try FrontDocument(contentsOf: folder("pareto.json")) == front)
    for entry in front.entries where entry.isOnFront || entry.role == .baseline {
      let text = try FileContents.readText(folder(try #require(entry.configFile)))
      #expect(text == entry.architecture.canonicalJSON + "\n")
    }
    #expect(try FileContents.readText(folder("pareto.csv")) == "a,b\n")
  }
}
