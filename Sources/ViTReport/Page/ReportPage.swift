internal import ViTSearch

/// Assembles the page of a report: one HTML document that needs nothing beside it.
struct ReportPage {
  let studies: [ReportContent]
  let charts: [ReportChart]
  /// The front of each study as an SVG document, for where charts cannot be drawn.
  let pictures: [String]
  /// Of several studies.
  let comparison: StudyComparison?
  /// Nil where it is not installed.
  let bundle: VegaBundle?

  private static let script = String(decoding: PackageResources.report_js, as: UTF8.self)
  private static let style = ChartPalette.styleSheet + String(decoding: PackageResources.report_css, as: UTF8.self)

  private var title: String { studies.map(\.study).joined(separator: ", ") }

  /// The document's text.
  var text: String {
    let scripts = (bundle.map { [$0.script] } ?? []) + [ReportPage.script]
    let policy = ContentSecurityPolicy(scripts: scripts, styles: [ReportPage.style])
    let page: HTML = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(policy.text)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="nvit">
      <title>\(title) – nvit</title>
      <style>\(HTML(verified: ReportPage.style))</style>
      </head>
      <body>
      \(body)
      <script type="application/json" id="report-data">\(HTML(verified: data.scriptText))</script>
      \(HTML.lines(scripts.map { "<script>\(HTML(verified: $0))</script>" }))
      </body>
      </html>

      """
    return page.text
  }

  private var data: JSONValue {
    [
      "points": PointDetails.json(studies),
      "charts": bundle == nil
        ? [:] : .object(charts.map { (key: $0.name, value: $0.specification) }),
    ]
  }

  // MARK: Parts

  private var body: HTML {
    let front = charts.first { $0.name == "front" }
    return """
      <header>
      <p class="kind">nvit \(studies.count > 1 ? "studies" : "study")</p>
      <h1>\(title)</h1>
      \(HTML.lines(studies.map(answers)))
      \(sideBySide)
      </header>
      <main>
      \(explorer(front))
      \(table)
      \(section("Did the search get anywhere?", ["history-trials", "history-seconds"]))
      \(section("Do short trainings rank like long ones?", ["rungs"]))
      \(section("What do the best have in common?", ["profile"]))
      \(section("Can the latency model be trusted?", ["latency"]))
      \(provenance)
      </main>
      <div id="tooltip" role="tooltip" hidden></div>
      <p id="status" class="hidden" role="status"></p>
      """
  }

  private func answers(_ study: ReportContent) -> HTML {
    let heading: HTML = studies.count > 1 ? "<h2>\(study.study)</h2>" : .empty
    let sentences = study.answers.map { sentence -> HTML in "<p>\(sentence)</p>" }
    let warnings = study.warnings.map { sentence -> HTML in "<li>\(sentence)</li>" }
    let remarks: HTML =
      warnings.isEmpty
      ? .empty : "<ul class=\"warnings\" aria-label=\"Before you believe it\">\(HTML.lines(warnings))</ul>"
    return "<section class=\"answers\">\(heading)\(HTML.lines(sentences))\(remarks)</section>"
  }

  /// The same figures as `nvit study compare` gives.
  private var sideBySide: HTML {
    guard let comparison else { return .empty }
    return "<section class=\"answers\"><h2>Side by side</h2><pre>\(ComparisonText.figures(comparison))</pre></section>"
  }

  private func explorer(_ chart: ReportChart?) -> HTML {
    guard studies.contains(where: { !$0.front.entries.isEmpty }) else { return .empty }
    return """
      <section class="explorer" aria-label="Front">
      \(chart.map { figure($0, fallback: fallback) } ?? fallback)
      <aside id="details" aria-live="polite" tabindex="-1"></aside>
      </section>
      """
  }

  private func section(_ heading: String, _ names: [String]) -> HTML {
    let figures = charts.filter { names.contains($0.name) }
    guard !figures.isEmpty, bundle != nil else { return .empty }
    return """
      <section><h2>\(heading)</h2>
      <div class="figures">\(HTML.lines(figures.map { figure($0, fallback: .empty) }))</div></section>
      """
  }

  private func figure(_ chart: ReportChart, fallback: HTML) -> HTML {
    guard bundle != nil else { return fallback }
    let still: HTML = fallback.text.isEmpty ? .empty : "<noscript>\(fallback)</noscript>"
    return """
      <figure data-chart="\(chart.name)"><h3>\(chart.title)</h3>\(still)<div class="chart"></div>\
      <figcaption>\(chart.caption)</figcaption></figure>
      """
  }

  /// The still pictures, and how to get charts where the bundle is missing.
  private var fallback: HTML {
    let pictures = pictures.enumerated().map { index, svg -> HTML in
      "<div class=\"still\">\(HTML(verified: ReportPage.inlined(svg, index)))</div>"
    }
    let remark: HTML =
      bundle != nil
      ? .empty
      : """
      <p class="remark">These are still pictures: the charts need Vega-Lite, which was not installed when this page was \
      written. <code>scripts/vega-bundle</code> gets it; then <code>nvit report STUDY --overwrite</code> writes the page \
      again.</p>
      """
    return "<div class=\"stills\">\(HTML.lines(pictures))\(remark)</div>"
  }

  /// Without the XML declaration, and with identifiers that are unique on the page.
  private static func inlined(_ svg: String, _ index: Int) -> String {
    let element = String(svg.drop { $0 != "\n" })
    return element.replacing("id=\"plot\"", with: "id=\"plot-\(index)\"")
      .replacing("url(#plot)", with: "url(#plot-\(index))")
  }

  private var table: HTML {
    guard studies.contains(where: { !$0.front.entries.isEmpty }) else { return .empty }
    let roles = MemberRole.shown.filter { role in
      studies.contains { $0.front.entries.contains { $0.role == role } }
    }
    let family = studies.first?.baselineFamily ?? ""
    let choices = roles.map { role -> HTML in
      "<option value=\"\(role.style)\">\(role.name(family: family))</option>"
    }
    return """
      <section><h2>All members</h2>
      <form id="filter" role="search">
      <label>Name <input type="search" name="text" placeholder="part of a name or target"></label>
      <label>Role <select name="role"><option value="">all</option>\(HTML.lines(choices))</select></label>
      <label class="check"><input type="checkbox" name="front"> on the front only</label>
      <output name="count"></output>
      </form>
      <div class="scroll">\(ReportTable(studies).html)</div></section>
      """
  }

  private var provenance: HTML {
    let parts = studies.map { study -> HTML in
      let heading: HTML = studies.count > 1 ? "<h3>\(study.study)</h3>" : .empty
      let facts = study.provenance.map { fact -> HTML in
        "<div><dt>\(fact.name)</dt><dd>\(fact.text)</dd></div>"
      }
      return facts.isEmpty ? .empty : "\(heading)<dl>\(HTML.lines(facts))</dl>"
    }
    let drawn: HTML =
      bundle == nil
      ? .empty
      : """
      <p class="remark">Charts are drawn by \(VegaBundle.versions), SHA-256 <code>\(VegaBundle.digest)</code>, from the \
      specifications beside this page. The page loads nothing from anywhere.</p>
      """
    return "<section class=\"provenance\"><h2>Where this comes from</h2>\(HTML.lines(parts))\(drawn)</section>"
  }
}
