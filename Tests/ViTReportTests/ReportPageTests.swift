import Foundation
import TestSupport
import Testing
import ViTArchitecture
import ViTFiles
import ViTNumerics
import ViTReport
import ViTSearch

@Suite struct `The page of a report` {
  private func page(
    _ studies: [ReportContent], fronts: [FrontDocument] = [], bundle: VegaBundle? = nil
  ) throws -> String {
    try #require(StudyReport(studies, fronts: fronts, bundle: bundle).files()["report.html"])
  }

  private func count(_ needle: String, in text: String) -> Int { text.components(separatedBy: needle).count - 1 }

  @Test func `begins with the answers and what to be wary of`() throws {
    let text = try page([ReportExample.content()])
    let answer = try #require(text.range(of: "<p>At 0.5x latency nvit-0.5x-0badcafe beats DeiT by 0.9 points"))
    let warning = try #require(text.range(of: "<li>The sentences of example were made up.</li>"))
    let table = try #require(text.range(of: "<table"))
    #expect(answer.upperBound < warning.lowerBound && warning.upperBound < table.lowerBound)
  }

  /// SciPy 1.17.1: `beta.ppf(0.025, 20, 1)`.
  @Test func `and table and picture show no certainty where 20 of 20 images are right`() throws {
    var content = try ReportExample.content()
    let perfect = AccuracySummary((0..<3).map { .init(seed: $0, accuracy: 1) }, images: 20)
    content.front.entries[3].validation = perfect
    content.front.entries[3].test = perfect
    #expect(try page([content]).contains("100.00 [83.16, 100.00]"))
    #expect(FrontTable.text(content.front).contains("100.00 [83.16, 100.00]  100.00 [83.16, 100.00]"))
    #expect(FrontPicture.svg(content.front).contains("100.00% [83.16, 100.00]"))
    let read = try FrontDocument(json: Data(content.front.json().utf8), path: "pareto.json")
    #expect(read.entries[3].validation == perfect && FrontCSV.text(read).contains(",0.8315665290169146,1.0,"))
  }

  @Test func `has a row, a configuration and details for every member`() throws {
    let content = try ReportExample.content()
    let text = try page([content, try ReportExample.content(study: "second")])
    #expect(count("<tr data-id=", in: text) == 2 * content.front.entries.count)
    #expect(count("class=\"copy\"", in: text) == 2 * content.front.entries.count)
    let data = try #require(try embeddedData(text))
    let points = try #require(data["points"] as? [String: [String: Any]])
    #expect(points.count == 2 * content.front.entries.count)
    #expect(points["1:3"]?["config"] as? String == content.front.entries[3].architecture.canonicalJSON + "\n")
    #expect((points["0:3"]?["blocks"] as? [[Int]])?.first == [2, 8, 64, 576])
    // The baseline whose latency is nearest by ratio.
    #expect((points["0:3"]?["beside"] as? [String: Any])?["name"] as? String == "deit-48")
  }

  private func embeddedData(_ page: String) throws -> [String: Any]? {
    let start = try #require(page.range(of: "id=\"report-data\">")).upperBound
    let end = try #require(page.range(of: "</script>", range: start..<page.endIndex)).lowerBound
    return try JSONSerialization.jsonObject(with: Data(page[start..<end].utf8)) as? [String: Any]
  }

  @Test func `takes no name for markup`() throws {
    let hostile = try ReportExample.content(isHostile: true)
    let text = try page(
      [hostile, try ReportExample.content()], fronts: [Example.front(study: ReportExample.hostileName)])
    let plain = try page([ReportExample.content(study: "a"), try ReportExample.content()], fronts: [Example.front()])
    for tag in ["<script", "</script", "<img", "<!--", "<tr ", "<style", "<li>"] {
      #expect(count(tag, in: text) == count(tag, in: plain), "\(tag)")
    }
    // Nothing is lost either: the data hold the names as they are.
    let points = try #require(try embeddedData(text)?["points"] as? [String: [String: Any]])
    #expect(points["0:0"]?["name"] as? String == hostile.front.entries[0].name)
    #expect(text.contains("&lt;/script&gt;&lt;script&gt;document"))
  }

  /// Everything inline is named in the policy by its SHA-256, and nothing else may run, style or load.
  @Test func `allows its own scripts and styles by their digests and nothing else`() throws {
    let text = try page([ReportExample.content()], bundle: try VegaBundle.installed())
    let policy = try #require(text.firstMatch(of: /http-equiv="Content-Security-Policy" content="([^"]*)"/)?.1)
    let directives = policy.replacing("&apos;", with: "'").components(separatedBy: "; ")
    #expect(directives.contains("default-src 'none'") && directives.contains("connect-src 'none'"))
    #expect(!policy.contains("unsafe") && !policy.contains("http"))
    for (element, directive) in [("script", "script-src"), ("style", "style-src")] {
      let inline = text.components(separatedBy: "<\(element)>").dropFirst()
        .compactMap { $0.components(separatedBy: "</\(element)>").first }
      let sources = try inline.map { "'sha256-\(try base64(SHA256.hexDigest($0.utf8)))'" }
      #expect(!sources.isEmpty)
      #expect(directives.contains("\(directive) \(sources.joined(separator: " "))"))
    }
    #expect(text.firstMatch(of: /\son[a-z]+="/) == nil && text.firstMatch(of: /\sstyle="/) == nil)
  }

  private func base64(_ digits: String) throws -> String {
    var bytes: [UInt8] = []
    var rest = digits[...]
    while !rest.isEmpty {
      bytes.append(try #require(UInt8(rest.prefix(2), radix: 16)))
      rest = rest.dropFirst(2)
    }
    return Data(bytes).base64EncodedString()
  }

  @Test func `without the charts' bundle shows still pictures and says how to get it`() throws {
    let text = try page([ReportExample.content()], fronts: [Example.front(), Example.front()])
    #expect(count("<svg", in: text) == 2)
    #expect(count("<clipPath id=\"plot-0\"", in: text) == 1 && count("<clipPath id=\"plot-1\"", in: text) == 1)
    #expect(text.contains("scripts/vega-bundle"))
    #expect(!text.contains("<figure"))
  }

  @Test func `of a study that tells little has no empty parts`() throws {
    let bare = try ReportContent(Example.front([]), study: "bare")
    let text = try page([bare])
    for part in ["<table", "<figure", "<svg", "<ul", "<dl", "Did the search", "rank like"] {
      #expect(!text.contains(part), "\(part)")
    }
    let files = StudyReport([bare], fronts: [], bundle: nil).files()
    #expect(Array(files.keys) == ["report.html"])
  }

  @Test func `lies beside its charts, and leaves none of an earlier page there`() throws {
    let folder = TemporaryFolder()
    try StudyReport([ReportExample.content()], fronts: [], bundle: nil).write(to: folder("report.html"))
    try folder.write(Array("{}".utf8), to: "charts/mine.vl.json")
    #expect(try folder.entries() == ["charts", "report.html"])
    #expect(FileManager.default.fileExists(atPath: folder("charts/rungs.vl.json")))
    var content = try ReportExample.content()
    content.rungs = nil
    try StudyReport([content], fronts: [], bundle: nil).write(to: folder("report.html"))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder("charts")).sorted() == [
        "front.vl.json", "history-seconds.vl.json", "history-trials.vl.json", "latency.vl.json", "mine.vl.json",
        "profile.vl.json",
      ])
    try StudyReport([content], fronts: [], bundle: nil).write(to: folder("both.html"))
    #expect(try folder.entries() == ["both-charts", "both.html", "charts", "report.html"])
    #expect(throws: FileError.self) {
      try StudyReport([content], fronts: [], bundle: nil).write(to: folder("report.html/page.html"))
    }
  }
}

@Suite struct `The charts' bundle` {
  @Test func `is looked for where NVIT_SHARE says, else beside the executable and in the user's folder`() {
    let named = VegaBundle.candidates(
      environment: ["NVIT_SHARE": "/a/b", "HOME": "/home/u"], executable: "/usr/bin/nvit")
    #expect(named == ["/a/b/vega-bundle.js"])
    let found = VegaBundle.candidates(environment: ["HOME": "/home/u"], executable: "/usr/local/bin/nvit")
    #expect(found.first == "/usr/local/share/nvit/vega-bundle.js")
    #expect(found.last == "/home/u/.local/share/nvit/vega-bundle.js")
    let built = VegaBundle.candidates(environment: [:], executable: "/work/nvit/.build/x86_64/release/nvit")
    #expect(built.contains("/work/nvit/share/nvit/vega-bundle.js"))
    let data = VegaBundle.candidates(environment: ["XDG_DATA_HOME": "/data", "HOME": "/home/u"], executable: nil)
    #expect(data == ["/data/nvit/vega-bundle.js"])
  }

  @Test func `is refused when it is not the one that is expected`() throws {
    let folder = TemporaryFolder()
    let path = try folder.write(Array("alert(1)".utf8), to: "vega-bundle.js")
    let error = #expect(throws: FileError.self) { try VegaBundle(contentsOf: path) }
    #expect(error?.reason.contains(SHA256.hexDigest("alert(1)".utf8)) == true)
    #expect(error?.reason.contains("scripts/vega-bundle") == true)
  }
}
