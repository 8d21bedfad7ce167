/// A chart of the report: a Vega-Lite specification that holds its data.
struct ReportChart: Sendable {
  /// Names the chart's file, `<name>.vl.json`, and its place on the page.
  let name: String
  let title: String
  /// What to see in it and how it was made, in sentences.
  let caption: String
  let specification: JSONValue

  /// The names of all charts there can be.
  static let names = ["front", "history-trials", "history-seconds", "rungs", "latency", "profile"]

  /// All charts that the studies' data allow, in the order of the page.
  static func all(_ studies: [ReportContent]) -> [ReportChart] {
    [
      FrontChart(studies)?.chart, HistoryChart(studies, over: .trials)?.chart,
      HistoryChart(studies, over: .seconds)?.chart, RungChart(studies)?.chart, LatencyChart(studies)?.chart,
      ProfileChart(studies)?.chart,
    ].compactMap { $0 }
  }

  /// - Parameters:
  ///   - height: Of the plot, in pixels; nil for a chart of several plots, which have sizes of their own.
  ///   - data: Rows of each data set, by the name that the layers use.
  ///   - body: The members of the specification that are the chart's own.
  init(name: String, title: String, caption: String, height: Int?, data: [(String, [JSONValue])], body: JSONValue) {
    self.name = name
    self.title = title
    self.caption = caption
    let start: JSONValue = [
      "$schema": "https://vega.github.io/schema/vega-lite/v6.json", "title": .string(title),
      "description": .string(caption), "background": ReportChart.colour(.surface), "config": ReportChart.configuration,
    ]
    let size: JSONValue = height.map { ["width": 760, "height": .number(Double($0))] } ?? [:]
    specification = start.with(size).with(body).with([
      "datasets": .object(data.map { (key: $0.0, value: .array($0.1)) })
    ])
  }

  private static let configuration: JSONValue = {
    let font: JSONValue = "system-ui, 'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"
    let axis: JSONValue = [
      "labelFontSize": 12, "titleFontSize": 13, "titleFontWeight": 500, "labelPadding": 6, "titlePadding": 10,
      "domain": false, "tickSize": 0, "labelFlush": false,
    ]
    // Charts below one another begin at the same place.
    let vertical: JSONValue = ["minExtent": 34]
    let axisColours: JSONValue = [
      "labelColor": ink, "titleColor": ink, "gridColor": colour(.grid), "tickColor": colour(.axis),
      "domainColor": colour(.axis),
    ]
    return [
      "font": font, "axis": axis.with(axisColours), "axisY": vertical, "view": ["stroke": nil],
      "legend": [
        "orient": "top", "direction": "horizontal", "title": nil, "labelFontSize": 12, "labelColor": ink,
        "symbolSize": 90, "symbolStrokeWidth": 1.8, "columnPadding": 18, "labelLimit": 320, "offset": 10,
      ],
      "title": ["anchor": "start", "fontSize": 15, "color": ink, "offset": 12],
      "header": ["labelFontSize": 13, "labelFontWeight": 500, "labelColor": ink, "title": nil],
      "text": ["fontSize": 12, "color": ink],
    ]
  }()

  private static let ink = colour(.ink)

  static func colour(_ colour: ChartPalette) -> JSONValue { .string(colour.light) }
}
