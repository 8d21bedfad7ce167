import Foundation
import RunTestSupport
import TestSupport
import Testing
import ViTFiles
import ViTPruning
import ViTRuns
import ViTSearch
import ViTStorage

/// A project folder with document, data, latency table and runs, which can be renamed.
private final class Project {
  private let root = TemporaryFolder()
  private(set) var name = "a"

  init() throws {
    let dense = TinyDense()
    try dense.space()
    try dense.table()
    _ = try NewFolders(at: root("a"))
    for name in ["data", "space.yaml", "table.json"] {
      try FileManager.default.moveItem(atPath: dense.folder(name), toPath: root("a/\(name)"))
    }
  }

  func callAsFunction(_ name: String) -> String { root("\(self.name)/\(name)") }

  func rename() throws {
    try FileManager.default.moveItem(atPath: root(name), toPath: root(name + "a"))
    name += "a"
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: self(name)) }

  /// Puts other images, or the same ones again, in place of the data.
  func writeData(training: Int = 60, to name: String = "data") throws {
    let scratch = TemporaryFolder()
    try NoiseImages.write(to: scratch, training: training)
    try? FileManager.default.removeItem(atPath: self(name))
    try FileManager.default.moveItem(atPath: scratch("data"), toPath: self(name))
  }

  func training(_ existing: ExistingResults = .keep) -> TrainRun.Settings {
    var settings = TrainRun.Settings(source: self("space.yaml"))
    settings.folder = self("outputs/dense")
    settings.threads = 1
    settings.existing = existing
    return settings
  }

  func pruning(_ existing: ExistingResults = .keep) -> PruneRun.Settings {
    var settings = PruneRun.Settings(
      dense: self("outputs/dense"), targets: ["0.8x", "0.5x"], to: self("outputs/pruned"))
    settings.latencyModel = self("table.json")
    settings.threads = 1
    settings.interval = 2
    settings.groupsPerStep = 8
    settings.existing = existing
    return settings
  }

  func finetuning(_ existing: ExistingResults = .keep) -> FinetuneRun.Settings {
    var settings = FinetuneRun.Settings(family: self("outputs/pruned"), to: self("outputs/finetuned"))
    settings.threads = 1
    settings.epochs = 2
    settings.existing = existing
    return settings
  }

  /// Starts a run and stops it in its middle.
  func stop(_ activity: String, at fraction: Double, _ run: (RunObserver) throws -> Void) {
    let witness = RunWitness(stopping: activity, at: fraction)
    expectError(UnfinishedRun.self, "stopped") { try run(witness.observer) }
  }
}

@Suite struct `A project that is renamed` {
  @Test func `between any two runs, or in the midst of one, goes on as if it had not been`() throws {
    let stays = try Project()
    _ = try TrainRun(stays.training()).run()
    _ = try PruneRun(stays.pruning()).run()
    let expected = try FinetuneRun(stays.finetuning()).run()

    let project = try Project()
    project.stop("training", at: 0.5) { _ = try TrainRun(project.training()).run($0) }
    try project.rename()
    _ = try TrainRun(project.training(.resume)).run()
    try project.rename()
    project.stop("pruning", at: 0) { _ = try PruneRun(project.pruning()).run($0) }
    try project.rename()
    _ = try PruneRun(project.pruning(.resume)).run()
    try project.rename()
    project.stop("finetuning", at: 0.6) { _ = try FinetuneRun(project.finetuning()).run($0) }
    try project.rename()
    let found = try FinetuneRun(project.finetuning(.resume)).run()

    #expect(found.models.map(\.validationLoss) == expected.models.map(\.validationLoss))
    #expect(found.digests == expected.digests && found.models.count == 2)
    var mining = MineRun.Settings(families: [project("outputs/pruned")], to: project("mined.yaml"))
    mining.replicates = 20
    _ = try MineRun(mining).run()
    try project.rename()
    for name in ["dense/training.json", "pruned/family.json", "pruned/run.json", "finetuned/finetuned.json"] {
      let text = try FileContents.readText(project("outputs/" + name))
      #expect(!text.contains(NSTemporaryDirectory()), "\(name): \(text)")
    }
    #expect(try FileContents.readText(project("mined.yaml")).contains("path: \"data\""))
    // Another run from the renamed dense model.
    var again = project.pruning()
    again.folder = project("outputs/other")
    again.targets = ["0.5x"]
    #expect(try PruneRun(again).run().family.snapshots.count == 1)
  }
}

@Suite struct `Data that are not where a run expects them` {
  @Test func `are refused with both digests if they are others`() throws {
    let project = try Project()
    _ = try TrainRun(project.training()).run()
    project.stop("pruning", at: 0) { _ = try PruneRun(project.pruning()).run($0) }
    try project.writeData(training: 61)
    for run in [
      { _ = try PruneRun(project.pruning(.resume)).run() }, { _ = try PruneRun(project.pruning(.replace)).run() },
      { _ = try AuditRun(AuditRun.Settings(dense: project("outputs/dense"), to: project("audit.json"))).run() },
    ] {
      let error = expectError(FileError.self, "SHA-256 of the data set", ", expected ") { try run() }
      #expect(error?.code == .changed)
    }
    try project.writeData()
    _ = try PruneRun(project.pruning(.resume)).run()
    try project.writeData(training: 61)
    let error = expectError(FileError.self, "SHA-256 of the data set") { try FinetuneRun(project.finetuning()).run() }
    #expect(error?.code == .changed && !project.exists("outputs/finetuned"))
  }

  @Test func `are found where the user says, if they are the same`() throws {
    let project = try Project()
    project.stop("training", at: 0.5) { _ = try TrainRun(project.training()).run($0) }
    try project.writeData(to: "elsewhere")
    try FileManager.default.removeItem(atPath: project("data"))
    var training = project.training(.resume)
    expectError(FileError.self, "does not exist") { try TrainRun(training).run() }
    training.data = project("elsewhere")
    _ = try TrainRun(training).run()
    try FileManager.default.moveItem(atPath: project("elsewhere"), toPath: project("third"))
    var pruning = project.pruning()
    pruning.data = project("third")
    let family = try PruneRun(pruning).run().family
    try FileManager.default.moveItem(atPath: project("outputs/dense"), toPath: project("dense"))
    var finetuning = project.finetuning()
    finetuning.data = project("third")
    expectError(FileError.self, "training.json") { try FinetuneRun(finetuning).run() }
    finetuning.dense = project("dense")
    #expect(try FinetuneRun(finetuning).run().models.count == family.snapshots.count)
  }

  @Test func `nor are weights that were exchanged`() throws {
    let project = try Project()
    _ = try TrainRun(project.training()).run()
    _ = try PruneRun(project.pruning()).run()
    let snapshot = project("outputs/pruned/snapshots/0.5x/weights.safetensors")
    let kept = try FileContents.read(snapshot)
    var other = project.pruning()
    other.folder = project("outputs/other")
    other.seed = 9
    _ = try PruneRun(other).run()
    try AtomicFile.write(
      FileContents.read(project("outputs/other/snapshots/0.5x/weights.safetensors")), to: snapshot)
    let error = #expect(throws: FileError.self) { try FinetuneRun(project.finetuning()).run() }
    #expect(error?.path.contains("0.5x") == true)
    try AtomicFile.write(kept, to: snapshot)
    var training = project.training(.replace)
    training.seed = 8
    _ = try TrainRun(training).run()
    let dense = expectError(FileError.self, "SHA-256 of the dense weights") {
      try FinetuneRun(project.finetuning()).run()
    }
    #expect(dense?.code == .changed)
  }
}

@Suite struct `A study` {
  private let search = TinySearch()

  /// Starts a study and stops it in its middle.
  private func stop(_ space: String, to study: String = "out/study") async throws {
    let witness = RunWitness(stopping: "exploring", at: 0.2)
    await expectAsyncError(UnfinishedRun.self, "stopped") {
      try await search.explore(space, to: study, .keep, witness.observer)
    }
  }

  private func writeData(training: Int) throws {
    try FileManager.default.removeItem(atPath: search.folder("data"))
    try NoiseImages.write(to: search.folder, training: training)
  }

  @Test func `goes on with a document that says the same, however it is written`() async throws {
    let space = try search.space()
    let text = try FileContents.readText(space)
    for (index, other) in [
      text.replacing("\n", with: "\r\n"), String(text.dropLast()), text + "# a remark\n",
    ].enumerated() {
      try AtomicFile.write(text, to: space)
      try await stop(space, to: "out/study\(index)")
      try AtomicFile.write(other, to: space)
      _ = try await search.explore(space, to: "out/study\(index)", .resume)
    }
    try AtomicFile.write(text.replacing("draws: 64", with: "draws: 65").replacing("\n", with: "\r\n"), to: space)
    let error = await expectAsyncError(SearchError.self, "draws: 65") {
      try await search.explore(space, to: "out/study0", .resume)
    }
    #expect(error?.code == .spaceChanged)
    // Only the line that says something else is shown.
    #expect(error?.description.components(separatedBy: "- line").count == 2)
  }

  @Test func `refuses other images under the same path, and takes equal ones under another`() async throws {
    let space = try search.space()
    try await stop(space)
    try writeData(training: 61)
    let error = await expectAsyncError(FileError.self, "SHA-256 of the data set", ", expected ") {
      try await search.explore(space, .resume)
    }
    #expect(error?.code == .changed)
    try writeData(training: 60)
    try FileManager.default.moveItem(atPath: search.folder("data"), toPath: search.folder("moved"))
    var settings = try search.settings(space, .resume)
    settings.data = search.folder("moved")
    _ = try await ExploreRun(settings).run()
  }

  @Test func `is compared with one on equal images, wherever they lie, and with no other`() async throws {
    let space = try search.space()
    _ = try await search.explore(space, to: "one")
    try FileManager.default.copyItem(atPath: search.folder("data"), toPath: search.folder("copy"))
    let elsewhere = try FileContents.readText(space).replacing("path: data", with: "path: copy")
    try AtomicFile.write(elsewhere, to: search.folder("elsewhere.yaml"))
    _ = try await search.explore(search.folder("elsewhere.yaml"), to: "two")
    try writeData(training: 61)
    _ = try await search.explore(space, to: "three")
    func subject(_ study: String) throws -> StudyComparison.Subject { try .init(reading: search.folder(study)) }
    #expect(throws: Never.self) { try StudyComparison([subject("one"), subject("two")]) }
    let error = #expect(throws: SearchError.self) { try StudyComparison([subject("one"), subject("three")]) }
    #expect(error?.description.components(separatedBy: "SHA-256 ").count == 3, "\("\(error)")")
  }
}
