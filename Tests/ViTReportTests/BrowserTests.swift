import Foundation
import Testing
import ViTReport
import ViTSearch

/// `make test` installs both; without them these are skipped, and said to be.
private let canDraw = Browser.executable != nil && (try? VegaBundle.installed()) != nil

@Suite(.enabled(if: canDraw, "Chromium or the charts' bundle is missing; see scripts/setup and scripts/vega-bundle"))
struct `A report in a browser` {
  private func page(_ studies: [ReportContent]) throws -> String {
    let bundle = try #require(try VegaBundle.installed())
    return try #require(StudyReport(studies, fronts: [], bundle: bundle).files()["report.html"])
  }

  /// The number of marks of a layer, named as its specification names it.
  private func marks(_ layer: String, in visit: Browser.Visit) throws -> Int {
    let pattern = try Regex(
      "<g class=\"mark-symbol role-mark \(layer)_marks\"[^>]*>(.*?)</g>", as: (Substring, Substring).self
    )
    .dotMatchesNewlines()
    let group = try #require(visit.document.firstMatch(of: pattern)?.output.1)
    return group.components(separatedBy: "<path ").count - 1
  }

  @Test func `draws every chart with every member, without a breach of its policy`() throws {
    let content = try ReportExample.content()
    let visit = try Browser.visit(page([content]))
    #expect(visit.console == [])
    #expect(visit.count("data-state=\"ready\"") == 1)
    for chart in ["front", "history-trials", "history-seconds", "rungs", "profile", "latency"] {
      #expect(visit.count("<figure data-chart=\"\(chart)\" data-state=\"drawn\">") == 1, "\(chart)")
    }
    #expect(visit.count("class=\"marks\"") == 6)
    #expect(try marks("members", in: visit) == content.front.entries.count(where: { $0.accuracy != nil }))
    #expect(try marks("checks", in: visit) == content.front.entries.count)
    #expect(try marks("rungs", in: visit) == content.rungs?.trials.reduce(0) { $0 + $1.rungs.count })
    #expect(visit.count("<tr data-id=") == content.front.entries.count)
    // The first candidate on the front is described, with four drawings of its blocks.
    #expect(visit.document.contains("aria-live=\"polite\" tabindex=\"-1\"><h3>nvit-0.5x-0badcafe</h3>"))
    #expect(visit.count("<svg class=\"blocks\"") == 4)
    for text in ["Measured latency of one batch of 64 images (ms)", "Validation accuracy (%)", "deit-32", "0.25x"] {
      #expect(visit.document.contains(">\(text)</text>"), "\(text)")
    }
  }

  @Test func `shows several studies in the dark, and hostile names as the text they are`() throws {
    let page = try page([ReportExample.content(isHostile: true), try ReportExample.content()])
    let visit = try Browser.visit(
      page,
      running: """
        for (const [id] of members) choose(id);
        document.querySelector('g.members_marks path').dispatchEvent(
          new PointerEvent("pointermove", { bubbles: true, clientX: 300, clientY: 300 }));
        const style = (mark) => getComputedStyle(mark);
        const marks = [...document.querySelectorAll(".chart svg, .chart svg *")];
        // White paper, or the ink of a light page.
        document.body.dataset.light = marks.filter((mark) =>
          ["rgb(255, 255, 255)", "rgb(27, 31, 36)"].some((colour) =>
            [style(mark).backgroundColor, style(mark).fill, style(mark).stroke].includes(colour))).length;
        document.body.dataset.images = document.images.length;
        document.body.dataset.tooltip = tooltip.querySelector("h3")?.textContent ?? "none";
        """, isDark: true)
    #expect(visit.console == [])
    #expect(visit.count("data-hacked") == 0 && visit.count("data-images=\"0\"") == 1)
    #expect(visit.count("data-light=\"0\"") == 1)
    #expect(try marks("members", in: visit) == 14)
    #expect(visit.count("<tr data-id=") == 16)
    // The tooltip took its name from the member whose mark was pointed at.
    #expect(visit.count("data-tooltip=\"none\"") == 0)
    #expect(visit.document.contains("<h3>nvit-0.5x-deadbeef</h3>"))
  }

  @Test func `sorts, filters, chooses and copies`() throws {
    let visit = try Browser.visit(
      page([try ReportExample.content()]),
      running: """
        const rows = () => [...document.querySelectorAll("#members tbody tr")];
        const visible = () => rows().filter((row) => !row.hidden);
        const heading = (text) => [...document.querySelectorAll("#members .sort")].find((b) => b.textContent === text);
        const result = {};
        heading("Accuracy (%)").click();
        result.ascending = rows().map((row) => row.dataset.id).join();
        heading("Accuracy (%)").click();
        result.descending = rows().map((row) => row.dataset.id).join();
        result.sorted = document.querySelectorAll('[aria-sort="descending"]').length;
        const form = document.getElementById("filter");
        form.elements.role.value = "candidate";
        form.dispatchEvent(new Event("input"));
        result.candidates = visible().length;
        form.elements.text.value = "DEAD";
        form.dispatchEvent(new Event("input"));
        result.named = visible().length;
        result.count = form.elements.count.textContent;
        document.querySelector('tr[data-id="0:6"] .show').click();
        result.chosen = document.querySelector("#details h3").textContent;
        result.selected = document.querySelectorAll('#members tr[aria-selected="true"]').length;
        let copied = "";
        navigator.clipboard.writeText = async (text) => { copied = text; };
        document.querySelector('tr[data-id="0:3"] .copy').click();
        await new Promise((done) => setTimeout(done, 50));
        result.copied = JSON.parse(copied).embedding;
        result.button = document.querySelector('tr[data-id="0:3"] .copy').textContent;
        const point = document.querySelectorAll("g.members_marks path")[1];
        point.dispatchEvent(new MouseEvent("click", { bubbles: true, clientX: 300, clientY: 300 }));
        result.clicked = document.querySelector("#details h3").textContent;
        document.body.dataset.result = JSON.stringify(result);
        """)
    #expect(visit.console == [])
    let text = try #require(visit.document.firstMatch(of: /data-result="([^"]*)"/)?.1).replacing("&quot;", with: "\"")
    let result = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    // By accuracy; the candidate that diverged comes last both ways.
    #expect(result["ascending"] as? String == "0:1,0:0,0:4,0:5,0:2,0:3,0:6,0:7")
    #expect(result["descending"] as? String == "0:6,0:3,0:2,0:5,0:4,0:0,0:1,0:7")
    #expect(result["sorted"] as? Int == 1)
    #expect(result["candidates"] as? Int == 3 && result["named"] as? Int == 1)
    #expect(result["count"] as? String == "1 of 8 members")
    #expect(result["chosen"] as? String == "deit-64" && result["selected"] as? Int == 1)
    #expect(result["copied"] as? Int == 192 && result["button"] as? String == "Copied")
    #expect(result["clicked"] as? String != "deit-64")
  }

  @Test func `runs nothing that is not its own, and reaches nothing`() throws {
    let visit = try Browser.visit(
      page([try ReportExample.content()]),
      running: """
        const breaches = [];
        document.addEventListener("securitypolicyviolation", (event) => breaches.push(event.effectiveDirective));
        try { eval("document.body.dataset.evaluated = 1"); } catch { breaches.push("eval"); }
        const inline = document.createElement("script");
        inline.textContent = "document.body.dataset.inline = 1";
        document.body.append(inline);
        await fetch("https://example.org/").catch(() => breaches.push("fetch"));
        document.body.append(Object.assign(new Image(), { src: "https://example.org/x.png" }));
        await new Promise((done) => setTimeout(done, 100));
        document.body.dataset.breaches = [...new Set(breaches)].sort().join(" ");
        """)
    #expect(visit.count("data-evaluated") == 0 && visit.count("data-inline") == 0)
    let breaches = try #require(visit.document.firstMatch(of: /data-breaches="([^"]*)"/)?.1)
    #expect(breaches == "connect-src eval fetch img-src script-src script-src-elem")
  }
}
