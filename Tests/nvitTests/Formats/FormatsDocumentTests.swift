import Foundation
import Testing
import ViTFiles

/// `docs/formats.md` beside the code, and beside files that it writes.
@Suite struct `The document of the formats` {
  /// What came of the comparison: made once, since the files take seconds.
  private struct Outcome {
    let document: FormatsDocument
    let problems: [String: String]
    let schemas: Set<String>
    let unseen: [String]

    init() throws {
      document = try FormatsDocument(contentsOf: FormatFiles.repository + "/docs/formats.md")
      var check = try FormatsCheck(document)
      let files = try FormatFiles()
      for folder in files.folders { try check.check(folder: folder) }
      (problems, schemas, unseen) = (check.problems, check.schemas, check.unseen)
    }
  }

  private static let outcome = Result { try Outcome() }

  @Test func `has a section for every schema in the code, and no other`() throws {
    let sources = FormatFiles.repository + "/Sources"
    var schemas: Set<String> = []
    for name in try FileManager.default.subpathsOfDirectory(atPath: sources) where name.hasSuffix(".swift") {
      let text = try FileContents.readText("\(sources)/\(name)")
      schemas.formUnion(text.matches(of: /"(nvit\.[a-z-]+\/[0-9]+)"/).map { String($0.output.1) })
    }
    let document = try FormatsDocument(contentsOf: FormatFiles.repository + "/docs/formats.md")
    #expect(document.former.union(document.anchors.keys.filter { $0.hasPrefix("nvit.") }) == schemas)
    for (schema, anchor) in document.anchors {
      #expect(document.sections[anchor] != nil, "\(schema) leads to no section")
    }
  }

  @Test func `describes what is in the files, field by field`() throws {
    let outcome = try `The document of the formats`.outcome.get()
    for (problem, file) in outcome.problems.sorted(by: { $0.key < $1.key }) { Issue.record("\(problem) (\(file))") }
  }

  @Test func `describes nothing that no file holds`() throws {
    let outcome = try `The document of the formats`.outcome.get()
    #expect(outcome.schemas == Set(outcome.document.anchors.keys))
    // A shape is withdrawn too rarely for a small run to show it.
    #expect(outcome.unseen == ["regularities: kinds[].comparison.withdrawn"])
  }
}
