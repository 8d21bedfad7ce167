import Foundation
import RunTestSupport
import TestSupport
import Testing
import ViTFiles
import ViTRuns
import ViTSearch

@Suite struct `A page on studies` {
  private let folder = TemporaryFolder()
  private let search = TinySearch()

  /// The folder of a finished study named "tiny".
  private func study(_ name: String) async throws -> String {
    if !search.exists("out/study/pareto.json") { try await search.explore(try search.space()) }
    try FileManager.default.createDirectory(atPath: folder(name), withIntermediateDirectories: true)
    for file in ["pareto.json", "provenance.json", "space.yaml", "study.sqlite"] {
      try FileManager.default.copyItem(atPath: search.folder("out/study/\(file)"), toPath: folder("\(name)/\(file)"))
    }
    return folder(name)
  }

  private func report(_ studies: [String], to page: String? = nil, overwrite: Bool = false) throws -> String {
    var settings = ReportRun.Settings(studies: studies)
    settings.page = page
    settings.overwrite = overwrite
    return try ReportRun(settings).run()
  }

  @Test func `goes into the study's folder, and is replaced only when told to`() async throws {
    let study = try await study("study")
    let trials = try FileContents.read("\(study)/study.sqlite")
    #expect(try report([study]) == "\(study)/report.html")
    let page = try FileContents.readText("\(study)/report.html")
    #expect(page.contains("<h1>tiny</h1>"))
    #expect(FileManager.default.fileExists(atPath: "\(study)/charts/front.vl.json"))
    let second = expectError(FileError.self, "--overwrite") { try report([study]) }
    #expect(second?.code == .alreadyExists)
    _ = try report([study], overwrite: true)
    // Equal studies give equal pages, and nothing of the study is touched.
    #expect(try FileContents.readText("\(study)/report.html") == page)
    #expect(try FileContents.read("\(study)/study.sqlite") == trials)
  }

  @Test func `holds several studies under different names`() async throws {
    let studies = [try await study("one"), try await study("two")]
    let page = try report(studies, to: folder("pages/both.html"))
    #expect(try FileContents.readText(page).contains("<h1>tiny (one), tiny (two)</h1>"))
    #expect(FileManager.default.fileExists(atPath: folder("pages/both-charts/front.vl.json")))
  }

  @Test func `has the same figures side by side as a comparison, and refuses studies on other data`() async throws {
    let studies = [try await study("one"), try await study("two")]
    let text = try FileContents.readText(try report(studies, to: folder("both.html")))
    #expect(text.contains("<h2>Side by side</h2>"))
    let other = try search.space("other.yaml", replacing: "validation-count: 20", with: "validation-count: 10")
    let apart = try await search.explore(other, to: "out/other").folder
    expectError(SearchError.self, "trained on the data sets") {
      try report([studies[0], apart], to: folder("apart.html"))
    }
    #expect(!FileManager.default.fileExists(atPath: folder("apart.html")))
  }

  /// The tiny study's own version made it, so that nothing changes; nothing is trained, measured or tested.
  @Test func `of an outcome that is worked out anew has the same one from the same trials`() async throws {
    let study = try await study("again")
    let front = try FileContents.readText("\(study)/pareto.json")
    var settings = ReportRun.Settings(studies: [study])
    settings.recompute = true
    #expect(try ReportRun(settings).run() == "\(study)/report.html")
    #expect(try FileContents.readText("\(study)/pareto.json") == front)
    #expect(FileManager.default.fileExists(atPath: "\(study)/pareto.csv"))
  }

  @Test func `is not made of what is no finished study, and nothing is left behind then`() async throws {
    let unfinished = try await study("unfinished")
    try FileManager.default.removeItem(atPath: "\(unfinished)/pareto.json")
    let torn = try await study("torn")
    try AtomicFile.write("{\"schema\": \"nvit.front/9\"}", to: "\(torn)/pareto.json")
    let strange = try await study("strange")
    try AtomicFile.write("no database at all\n", to: "\(strange)/study.sqlite")
    for (study, message) in [
      (unfinished, "has no front yet"), (folder("none"), "is no study folder"), (torn, "pareto.json"),
      (strange, "study.sqlite"),
    ] {
      let error = #expect(throws: (any Error).self) { try report([study], to: folder("new/page.html")) }
      #expect("\(error.map { "\($0)" } ?? "")".contains(message))
    }
    #expect(!FileManager.default.fileExists(atPath: folder("new")))
  }
}
