import Foundation
import SearchTestSupport
import TestSupport
import Testing
import ViTArchitecture
import ViTFiles
import ViTLatency
import ViTSearch
import ViTStorage

@Suite struct `Exporting from a study` {
  let temporary = TemporaryFolder()

  /// A finished study in `s`.
  func finish() async throws -> FrontDocument {
    let plan = try TwoBlocks.plan()
    let folder = try NewStudyFolder(at: temporary("s"), overwrite: false)
      .begin(plan, documentText: "", provenance: FakeStudy.provenance())
    let front = try await FakeStudy.run(plan, store: folder.database)
    for trial in plan.trials {
      let name = trial.identifier.weightsFileName
      try AtomicFile.write("weights of \(name)", to: folder("weights/\(name)"))
    }
    try folder.finish(front, renderings: [:])
    return front
  }

  @Test func `copies the whole front`() async throws {
    let front = try await finish()
    let items = try StudyExport.export(study: temporary("s"), target: "all", to: temporary("out/deep"))
    #expect(items.map(\.name) == front.front.map(\.name))
    for (item, entry) in zip(items, front.front) {
      #expect(try Architecture(json: FileContents.read(item.config)) == entry.architecture)
      let name = try #require(entry.weightsFile?.split(separator: "/").last)
      #expect(try FileContents.readText(#require(item.weights)) == "weights of \(name)")
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: temporary("out/deep"))
    #expect(files.count == 2 * front.front.count)
  }

  @Test func `copies the members that serve a target`() async throws {
    let front = try await finish()
    let target = try #require(front.targets.first { !front.members(serving: $0).isEmpty })
    let items = try StudyExport.export(study: temporary("s"), target: target.label, to: temporary("out"))
    #expect(items.map(\.name) == front.members(serving: target).map(\.name))
    #expect(items.allSatisfy { $0.target == target.label })
  }

  @Test func `replaces nothing unless told to`() async throws {
    _ = try await finish()
    let first = try StudyExport.export(study: temporary("s"), target: "all", to: temporary("out"))
    try AtomicFile.write("mine", to: first[0].config)
    let error = #expect(throws: FileError.self) {
      try StudyExport.export(study: temporary("s"), target: "all", to: temporary("out"))
    }
    #expect(error?.code == .alreadyExists)
    #expect(try FileContents.readText(first[0].config) == "mine")
    _ = try StudyExport.export(study: temporary("s"), target: "all", to: temporary("out"), overwrite: true)
    #expect(try FileContents.readText(first[0].config) != "mine")
  }

  @Test func `says what is missing`() async throws {
    func message(_ study: String, _ target: String) -> String {
      do {
        _ = try StudyExport.export(study: temporary(study), target: target, to: temporary("out"))
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(message("s", "all").hasSuffix("is no study folder: neither pareto.json nor study.sqlite is in it"))
    let front = try await finish()
    #expect(message("s", "0.3x") == "the study has no target \"0.3x\", expected one of: 0.8x, 0.4x, all")
    try FileManager.default.removeItem(atPath: temporary("s/") + (front.front[0].weightsFile ?? ""))
    #expect(message("s", "all").contains("the study's front names it, but it cannot be read"))
    #expect(!FileManager.default.fileExists(atPath: temporary("out")))
    try FileManager.default.removeItem(atPath: temporary("s/pareto.json"))
    #expect(
      message("s", "all").hasSuffix(
        "has no front yet; finish it with: nvit explore SPACE --to \(temporary("s")) --resume"))
  }
}
