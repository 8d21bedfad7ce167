import Foundation
import TestSupport
import Testing
import ViTArchitecture
import ViTFiles
import ViTSearch

@Suite struct `A study folder` {
  let temporary = TemporaryFolder()
  let document = "name: two-blocks\nseeds: 2\n"

  func provenance() -> Provenance {
    Provenance(version: "1", study: "s", seed: 5, documentText: document, device: "test", libraries: ["GSL": "2"])
  }

  /// Starts a study in `outputs/s` and lets go of the folder.
  func start(overwrite: Bool = false) throws -> StudyPlan {
    let plan = try TwoBlocks.plan()
    let folder = try StudyFolder.create(at: temporary("outputs/s"), overwrite: overwrite)
    try folder.begin(plan, documentText: document, provenance: provenance())
    return plan
  }

  @Test func `gives back the plan it was started with`() throws {
    let plan = try start()
    let (folder, again) = try StudyFolder.resume(at: temporary("outputs/s"), documentText: document)
    #expect(again == plan)
    #expect(try folder.provenance() == provenance())
    #expect(try folder.front() == nil)
    #expect(try FileContents.readText(folder("space.yaml")) == document)
  }

  @Test func `is never overwritten silently`() throws {
    _ = try start()
    try AtomicFile.write("{}\n", to: temporary("outputs/s/trials.jsonl"))
    let error = #expect(throws: FileError.self) {
      try StudyFolder.create(at: temporary("outputs/s"), overwrite: false)
    }
    #expect(error?.code == .alreadyExists)
    for option in ["--resume", "--to", "--overwrite"] { #expect(error?.description.contains(option) == true) }
    #expect(FileManager.default.fileExists(atPath: temporary("outputs/s/trials.jsonl")))
    _ = try start(overwrite: true)
    #expect(!FileManager.default.fileExists(atPath: temporary("outputs/s/trials.jsonl")))
  }

  @Test func `is left alone by overwriting until the new study begins`() throws {
    _ = try start()
    _ = try StudyFolder.create(at: temporary("outputs/s"), overwrite: true)
    #expect(throws: Never.self) { try StudyFolder.resume(at: temporary("outputs/s"), documentText: document) }
  }

  @Test func `is not made from a folder with other content, whatever the options`() throws {
    try AtomicFile.write("precious", to: temporary("letter.txt"))
    for overwrite in [false, true] {
      let error = #expect(throws: FileError.self) {
        try StudyFolder.create(at: temporary.path, overwrite: overwrite)
      }
      #expect(error?.description.contains("not a study") == true)
    }
    #expect(throws: FileError.self) { try StudyFolder.create(at: temporary("letter.txt"), overwrite: true) }
    #expect(try FileContents.readText(temporary("letter.txt")) == "precious")
  }

  @Test func `that could not be used is removed again`() throws {
    let new = try StudyFolder.create(at: temporary("new"), overwrite: false)
    new.discardIfUnused()
    #expect(!FileManager.default.fileExists(atPath: temporary("new")))
    _ = try start()
    try StudyFolder.create(at: temporary("outputs/s"), overwrite: true).discardIfUnused()
    #expect(FileManager.default.fileExists(atPath: temporary("outputs/s/plan.json")))
  }

  /// A number that JSON cannot hold stops the plan from being written, after the other files.
  @Test func `whose start fails is removed again`() throws {
    var plan = try TwoBlocks.plan()
    plan.targets[0].seconds = .nan
    let folder = try StudyFolder.create(at: temporary("new"), overwrite: false)
    #expect(throws: FileError.self) { try folder.begin(plan, documentText: document, provenance: provenance()) }
    #expect(FileManager.default.fileExists(atPath: temporary("new/space.yaml")))
    folder.discardIfUnused()
    #expect(!FileManager.default.fileExists(atPath: temporary("new")))
  }

  @Test func `cannot be made below a file`() throws {
    try AtomicFile.write("", to: temporary("file"))
    let error = #expect(throws: FileError.self) {
      try StudyFolder.create(at: temporary("file/study"), overwrite: false)
    }
    #expect(error?.description.hasPrefix("cannot write \(temporary("file/study"))") == true)
  }

  @Test func `refuses to resume with another space and shows the difference`() throws {
    _ = try start()
    let error = #expect(throws: SearchError.self) {
      try StudyFolder.resume(
        at: temporary("outputs/s"), documentText: document.replacing("seeds: 2", with: "seeds: 3"))
    }
    #expect(error?.code == .spaceChanged)
    #expect(error?.description.hasSuffix("  - line 2: seeds: 2\n  + line 2: seeds: 3") == true)
  }

  @Test func `that does not exist cannot be resumed`() {
    let error = #expect(throws: SearchError.self) {
      try StudyFolder.resume(at: temporary("none"), documentText: document)
    }
    #expect(error?.description.contains("start it without --resume") == true)
  }

  @Test func `belongs to one process at a time`() throws {
    let plan = try TwoBlocks.plan()
    let held = try StudyFolder.create(at: temporary("s"), overwrite: false)
    try held.begin(plan, documentText: document, provenance: provenance())
    let error = #expect(throws: SearchError.self) {
      try StudyFolder.resume(at: temporary("s"), documentText: document)
    }
    #expect(error?.code == .locked)
    #expect(throws: SearchError.self) { try StudyFolder.create(at: temporary("s"), overwrite: true) }
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
    let error = #expect(throws: SearchError.self) {
      try StudyFolder.resume(at: temporary("outputs/s"), documentText: document)
    }
    #expect(error?.code == .locked)
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    #expect(throws: Never.self) { try StudyFolder.resume(at: temporary("outputs/s"), documentText: document) }
  }

  @Test func `keeps the outcome, and the weights of the front only`() async throws {
    let plan = try TwoBlocks.plan()
    let folder = try StudyFolder.create(at: temporary("s"), overwrite: false)
    try folder.begin(plan, documentText: document, provenance: provenance())
    let front = try await `A study`.run(plan, store: folder.store())
    for trial in plan.trials {
      try AtomicFile.write("weights", to: folder("weights/\(trial.identifier.weightsFileName)"))
    }
    try folder.finish(front, renderings: ["pareto.csv": "a,b\n"])
    let kept = try FileManager.default.contentsOfDirectory(atPath: folder("weights"))
    #expect(Set(kept.map { "weights/\($0)" }) == Set(front.front.compactMap(\.weightsFile)))
    #expect(kept.count == front.front.count)
    #expect(try folder.front() == front)
    for entry in front.entries where entry.isOnFront || entry.role == .baseline {
      let text = try FileContents.readText(folder(try #require(entry.configFile)))
      #expect(text == entry.architecture.canonicalJSON + "\n")
    }
    #expect(try FileContents.readText(folder("pareto.csv")) == "a,b\n")
  }
}

@Suite struct `A front document` {
  @Test func `finds the members that serve a target`() async throws {
    let front = try await `A study`.run(TwoBlocks.plan())
    let target = try #require(front.target(matching: "0.80x"))
    #expect(
      target.label == "0.8x" && front.target(matching: "0.8 X") == target && front.target(matching: "0.7x") == nil)
    let candidate = try #require(front.front.last { $0.role == .candidate })
    let served = try #require(front.targets.first { candidate.targets.contains($0.label) })
    let members = front.members(serving: served)
    #expect(members.contains(candidate))
    #expect(members.allSatisfy { $0.isOnFront && $0.targets.contains(served.label) })
    // A target that no front member was chosen for is served by the best member fast enough.
    let other = ResolvedTarget(label: "else", seconds: front.front[1].latencySeconds)
    #expect(front.members(serving: other) == [front.front[1]])
    #expect(front.members(serving: ResolvedTarget(label: "else", seconds: 1e-12)).isEmpty)
  }

  @Test func `matches latencies whatever their unit`() async throws {
    let plan = try TwoBlocks.plan(TwoBlocks.problem(targets: [.seconds(1.5e-3)]))
    let front = try await `A study`.run(plan)
    for text in ["1.5ms", "1.50 ms", "0.0015s", "1500us"] {
      #expect(front.target(matching: text)?.label == "1.5ms", "\(text)")
    }
    for text in ["1.6ms", "1.5", "ms", "", "1.5x"] { #expect(front.target(matching: text) == nil, "\(text)") }
  }

  @Test func `with mistakes says which`() throws {
    let folder = TemporaryFolder()
    try AtomicFile.write(#"{"schema":"nvit.front/1"}"#, to: folder("p"))
    let error = #expect(throws: FileError.self) { try FrontDocument(contentsOf: folder("p")) }
    #expect(error?.description.contains("key \"study\" is missing") == true)
  }
}
