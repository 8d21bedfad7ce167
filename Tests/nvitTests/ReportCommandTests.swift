import Foundation
import TestSupport
import Testing
import ViTFiles

@Suite struct `nvit report` {
  private let folder = TemporaryFolder()
  private let search = TinySearch()

  /// The folder of a finished study named "tiny".
  private func study(_ name: String) throws -> String {
    if !FileManager.default.fileExists(atPath: search.folder("out/study/pareto.json")) {
      let run = try BuiltCommand.run(try search.arguments(try search.space()))
      try #require(run.status == 0, "\(run.errors)")
    }
    try FileManager.default.createDirectory(atPath: folder(name), withIntermediateDirectories: true)
    for file in ["pareto.json", "provenance.json", "space.yaml", "study.sqlite"] {
      try FileManager.default.copyItem(atPath: search.folder("out/study/\(file)"), toPath: folder("\(name)/\(file)"))
    }
    return folder(name)
  }

  @Test func `writes a study's page into its folder, and replaces it only when told to`() throws {
    let study = try study("study")
    let trials = try FileContents.read("\(study)/study.sqlite")
    let first = try BuiltCommand.run(["report", study])
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.output == "\(study)/report.html\n")
    let page = try FileContents.readText("\(study)/report.html")
    #expect(page.contains("<h1>tiny</h1>"))
    #expect(FileManager.default.fileExists(atPath: "\(study)/charts/front.vl.json"))
    let second = try BuiltCommand.run(["report", study])
    #expect(second.status == 73 && second.errors.contains("--overwrite"), "\(second.errors)")
    #expect(try BuiltCommand.run(["report", study, "--overwrite"]).status == 0)
    // Equal studies give equal pages, and nothing of the study is touched.
    #expect(try FileContents.readText("\(study)/report.html") == page)
    #expect(try FileContents.read("\(study)/study.sqlite") == trials)
  }

  @Test func `puts several studies on one page under different names`() throws {
    let studies = [try study("one"), try study("two")]
    let unnamed = try BuiltCommand.run(["report"] + studies)
    #expect(unnamed.status == 64 && unnamed.errors.contains("--to"), "\(unnamed.errors)")
    let page = folder("pages/both.html")
    let run = try BuiltCommand.run(["report"] + studies + ["--to", page])
    #expect(run.status == 0, "\(run.errors)")
    let text = try FileContents.readText(page)
    #expect(text.contains("<h1>tiny (one), tiny (two)</h1>"))
    #expect(FileManager.default.fileExists(atPath: folder("pages/both-charts/front.vl.json")))
  }

  @Test func `refuses what is no finished study and leaves nothing behind`() throws {
    let unfinished = try study("unfinished")
    try FileManager.default.removeItem(atPath: "\(unfinished)/pareto.json")
    let torn = try study("torn")
    try AtomicFile.write("{\"schema\": \"nvit.front/9\"}", to: "\(torn)/pareto.json")
    let strange = try study("strange")
    try AtomicFile.write("no database at all\n", to: "\(strange)/study.sqlite")
    for (study, status, message) in [
      (unfinished, 66, "has no front yet"), (folder("none"), 66, "is no study folder"), (torn, 65, "pareto.json"),
      (strange, 65, "study.sqlite"),
    ] as [(String, Int32, String)] {
      let run = try BuiltCommand.run(["report", study, "--to", folder("new/page.html")])
      #expect(run.status == status && run.errors.contains(message), "\(run.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder("new")))
    #expect(try BuiltCommand.run(["report", unfinished, "--to", "page.txt"]).status == 64)
    #expect(try BuiltCommand.run(["report"]).status == 64)
  }

  @Test func `refuses a charts' bundle that is not the one it knows`() throws {
    let study = try study("study")
    try folder.write(Array("alert(1)".utf8), to: "share/vega-bundle.js")
    let run = try BuiltCommand.run(["report", study], environment: ["NVIT_SHARE": folder("share")])
    #expect(run.status == 65 && run.errors.contains("SHA-256"), "\(run.errors)")
    let without = try BuiltCommand.run(["report", study], environment: ["NVIT_SHARE": folder("nothing")])
    #expect(without.status == 0, "\(without.errors)")
    #expect(try FileContents.readText("\(study)/report.html").contains("scripts/vega-bundle"))
  }
}
