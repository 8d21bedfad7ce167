internal import ViTNumerics
internal import ViTSearch

/// Measured against predicted latency, with the diagonal and 10% on either side.
struct LatencyChart {
  private let studies: [ReportContent]
  private let checks: [(study: Int, check: FrontEntry)]
  /// Milliseconds, of both axes.
  private let range: ClosedRange<Double>

  /// Nil when nothing was both predicted and measured.
  init?(_ studies: [ReportContent]) {
    self.studies = studies
    checks = studies.enumerated().flatMap { index, study in
      study.front.entries.filter { $0.predicted.value.isFinite && $0.measured?.value.isFinite == true }.map {
        (index, $0)
      }
    }
    guard !checks.isEmpty else { return nil }
    let range = Axis.range(checks.flatMap { [$1.predicted.value * 1e3, $1.latencySeconds * 1e3] }, padding: 0.06)
    self.range = Axis.limited(range, to: 0 ... .infinity)
  }

  private var isSingle: Bool { studies.count == 1 }

  var chart: ReportChart {
    let within = checks.count { abs($1.latencySeconds / $1.predicted.value - 1) <= 0.1 }
    let diagonal = [range.lowerBound, range.upperBound].map { value -> JSONValue in
      [
        "predicted_ms": .number(value), "measured_ms": .number(value), "low_ms": .number(0.9 * value),
        "high_ms": .number(1.1 * value),
      ]
    }
    return ReportChart(
      name: "latency", title: "Latency model: measured against predicted",
      caption: "\(within) of \(checks.count) members measured within 10% of the prediction, the shaded band.",
      height: 380, data: [("members", rows), ("diagonal", diagonal)],
      body: [
        "layer": [
          [
            "name": "band", "data": ["name": "diagonal"],
            "mark": ["type": "area", "color": ReportChart.colour(.axis), "opacity": 0.22, "clip": true],
            "encoding": ["x": x, "y": y.with(["field": "low_ms"]), "y2": ["field": "high_ms"]],
          ],
          [
            "name": "diagonal", "data": ["name": "diagonal"],
            "mark": ["type": "line", "color": ReportChart.colour(.axis), "strokeWidth": 1.2, "clip": true],
            "encoding": ["x": x, "y": y],
          ],
          [
            "name": "intervals", "data": ["name": "members"],
            "transform": [["filter": "isValid(datum.low_ms) && isValid(datum.high_ms)"]],
            "mark": ["type": "rule", "strokeWidth": 1.3, "clip": true],
            "encoding": [
              "x": x, "y": y.with(["field": "low_ms"]), "y2": ["field": "high_ms"], "color": colour,
            ],
          ],
          [
            "name": "checks", "data": ["name": "members"],
            "mark": ["type": "point", "strokeWidth": 1.8, "opacity": 1, "size": 70, "clip": true],
            "encoding": [
              "x": x, "y": y, "color": colour,
              "shape": [
                "field": .string(isSingle ? "series" : "role"), "type": "nominal",
                "scale": ["domain": .strings(shapes.map(\.name)), "range": .strings(shapes.map(\.shape))],
              ],
              "tooltip": [
                ["field": "name", "title": "member"],
                ["field": "predicted_ms", "title": "predicted ms", "format": ".3g"],
                ["field": "measured_ms", "title": "measured ms", "format": ".3g"],
              ],
            ],
          ],
        ]
      ])
  }

  private var rows: [JSONValue] {
    checks.map { study, check in
      [
        "study": .string(studies[study].study), "name": .string(check.name),
        "role": .string(check.role.name(family: studies[study].baselineFamily)),
        "series": .string(ChartSeries.name(of: check.role, in: study, of: studies)),
        "predicted_ms": .number(check.predicted.value * 1e3), "measured_ms": .number(check.latencySeconds * 1e3),
        "low_ms": .optional(check.measured?.lower.map { $0 * 1e3 }),
        "high_ms": .optional(check.measured?.upper.map { $0 * 1e3 }),
      ]
    }
  }

  private var shapes: [(name: String, shape: String)] {
    ChartSeries.shapes(of: checks.map { ($0, $1.role) }, of: studies)
  }

  private var x: JSONValue { position("predicted_ms", "Predicted latency (ms)") }
  private var y: JSONValue { position("measured_ms", "Measured latency (ms)") }

  private func position(_ field: String, _ title: String) -> JSONValue {
    [
      "field": .string(field), "type": "quantitative", "title": .string(title),
      "scale": ["domain": [.number(range.lowerBound), .number(range.upperBound)], "nice": false, "zero": false],
    ]
  }

  private var colour: JSONValue {
    [
      "field": "series", "type": "nominal", "legend": ["symbolOpacity": 1],
      "scale": ChartSeries.scale(ChartSeries.all(checks.map { ($0, $1.role) }, of: studies)),
    ]
  }
}
