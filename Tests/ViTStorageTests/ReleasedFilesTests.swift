import Foundation
import GRDB
import Testing
import TestSupport
import ViTArchitecture
import ViTFiles
import ViTLatency
import ViTSearch

/// Files that earlier versions wrote, which lie in `outputs`.
private enum Released {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("outputs").path
  static let studies = ["quickstart-reference", "reference", "reference-ehvi"]

  static func text(_ path: String) throws -> String {
    String(decoding: try FileContents.read("\(folder)/\(path)", limit: 1 << 28), as: UTF8.self)
  }
}

@Suite struct `A file of an earlier version` {
  @Test(arguments: Released.studies)
  func `is read, and written as it was`(study: String) throws {
    let front = "\(study)/pareto.json"
    #expect(try FrontDocument(contentsOf: "\(Released.folder)/\(front)").json() == Released.text(front))
    try checkProvenance(of: study)
    let configs = try FileManager.default.contentsOfDirectory(atPath: "\(Released.folder)/\(study)/configs")
    #expect(!configs.isEmpty)
    for name in configs where name.hasSuffix(".json") {
      let text = try Released.text("\(study)/configs/\(name)")
      #expect(try Architecture(json: Data(text.utf8)).canonicalJSON == text.trimmingCharacters(in: .newlines))
    }
  }

  /// The database keeps the outcomes that earlier versions worked out, with other areas and without corrections.
  @Test(arguments: Released.studies)
  func `is an outcome of former statistics, which says so`(study: String) throws {
    let temporary = TemporaryFolder()
    let path = temporary("study.sqlite")
    try FileManager.default.copyItem(atPath: "\(Released.folder)/\(study)/study.sqlite", toPath: path)
    let queue = try DatabaseQueue(path: path)
    let stored = try queue.read {
      try String.fetchOne(
        $0, sql: "SELECT document FROM fronts WHERE document LIKE '%nvit.front/2%' ORDER BY id LIMIT 1")
    }
    let front = try FrontDocument(json: Data(try #require(stored).utf8), path: path)
    #expect(!front.answers.isEmpty && !front.entries.isEmpty && front.hypervolume == nil && front.isOfEarlierVersion)
    #expect(FrontAnswers.warnings(front).contains { $0.contains("nvit report STUDY --recompute") })
  }

  /// It is written with other keys since runs are known by the digests of their inputs; it says the same.
  private func checkProvenance(of study: String) throws {
    func keys(_ text: String) throws -> NSDictionary {
      try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary)
    }
    let path = "\(study)/provenance.json"
    let old = try keys(Released.text(path))
    let new = try keys(
      JSONDocument.text(try Provenance.read(path: "\(Released.folder)/\(path)"), named: path))
    for key in ["version", "seed", "device", "libraries", "runs"] {
      #expect(old[key] as? NSObject == new[key] as? NSObject, "\(key)")
    }
    #expect(old["study"] as? String == new["name"] as? String && new["kind"] as? String == "explore")
    #expect(new["digests"] as? [String: String] == ["space": try #require(old["space_sha256"] as? String)])
  }

  @Test(arguments: Released.studies)
  func `is a study whose plan, members and trials are kept word for word`(study: String) throws {
    let temporary = TemporaryFolder()
    let path = temporary("study.sqlite")
    try FileManager.default.copyItem(atPath: "\(Released.folder)/\(study)/study.sqlite", toPath: path)
    let queue = try DatabaseQueue(path: path)
    let stored = try queue.read { try String.fetchOne($0, sql: "SELECT value FROM study WHERE key = 'plan'") }
    let plan = try JSONDocument.decode(StudyPlan.self, from: Data(try #require(stored).utf8), path: path)
    #expect(try JSONDocument.field(plan, named: "plan") == stored)
  }

  @Test func `is a latency model that says the same`() throws {
    let path = "reference-ehvi/latency.json"
    let file = try LatencyFile(contentsOf: "\(Released.folder)/\(path)")
    // It was written by the schema before, which had all but ratios.
    let text = try Released.text(path).replacing("\"nvit.latency-model/1\"", with: "\"nvit.latency-model/2\"")
    #expect(try String(decoding: file.content(for: path), as: UTF8.self) == text)
  }
}
