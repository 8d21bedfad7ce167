internal import ViTLatency
internal import ViTSearch

/// What the chart draws, from back to front.
extension FrontChart {
  var layers: [JSONValue] {
    var layers = studies.count == 1 && !studies[0].front.targets.isEmpty ? targetLayers : []
    layers.append(baselineLine)
    layers.append(frontLine)
    if isMeasured { layers += predictionLayers }
    layers += [valueBar, latencyBar, points]
    // Those of several studies would cover one another.
    if studies.count == 1 { layers += nameLayers }
    return layers
  }

  private var x: JSONValue {
    let batch = studies.first?.latencyConditions.map { " of one batch of \($0.batchSize) images" } ?? " of one batch"
    let title = "\(isMeasured ? "Measured" : "Predicted") latency\(studies.count == 1 ? batch : "") (ms)"
    return position("latency_ms", title: title, horizontal)
  }

  private var y: JSONValue {
    position(
      "value", title: isTrained ? "Validation accuracy (%)" : "Multiply-accumulates per image (10⁹)", vertical)
  }

  private func position(_ field: String, title: String, _ range: ClosedRange<Double>) -> JSONValue {
    [
      "field": .string(field), "type": "quantitative", "title": .string(title),
      "scale": [
        "domain": [.number(range.lowerBound), .number(range.upperBound)], "nice": false, "zero": false,
      ],
    ]
  }

  private var colour: JSONValue {
    let series = ChartSeries.all(members.map { ($0.study, $0.point.role) }, of: studies)
    return [
      "field": "series", "type": "nominal", "scale": ChartSeries.scale(series), "legend": FrontChart.legend,
    ]
  }

  /// In the lower right corner, where a trade-off has nothing to show.
  static let legend: JSONValue = [
    "orient": "bottom-right", "direction": "vertical", "symbolOpacity": 1, "offset": 10, "padding": 8,
    "fillColor": ReportChart.colour(.surface), "rowPadding": 4,
  ]

  private var targetLayers: [JSONValue] {
    [
      [
        "name": "targets", "data": ["name": "targets"],
        "mark": ["type": "rule", "strokeDash": [5, 4], "color": ReportChart.colour(.target), "opacity": 0.8],
        "encoding": ["x": x],
      ],
      [
        "data": ["name": "targets"],
        "mark": [
          "type": "text", "color": ReportChart.colour(.target), "baseline": "bottom",
          "dy": ["expr": "-5 - 14 * datum.row"],
        ],
        "encoding": ["x": x, "y": ["value": 0], "text": ["field": "label"]],
      ],
    ]
  }

  private var baselineLine: JSONValue {
    [
      "name": "baselines", "data": ["name": "members"],
      "transform": [["filter": .string("datum.role == 'DeiT' || datum.role == 'baseline'")]],
      "mark": ["type": "line", "strokeWidth": 1.5, "strokeDash": [1, 0], "opacity": 0.55, "clip": true],
      "encoding": ["x": x, "y": y, "color": colour, "detail": ["field": "study"]],
    ]
  }

  private var frontLine: JSONValue {
    // Of a single study it belongs to no way of searching; of several, each has its study's colour.
    let colour: JSONValue = studies.count > 1 ? colour : ["value": ReportChart.colour(.faint)]
    return [
      "name": "front", "data": ["name": "front"],
      "mark": ["type": "line", "strokeWidth": 2, "opacity": 0.6, "clip": true, "strokeDash": [6, 3]],
      "encoding": ["x": x, "y": y, "color": colour, "detail": ["field": "line"]],
    ]
  }

  private var predictionLayers: [JSONValue] {
    let filter: JSONValue = [["filter": "isValid(datum.predicted_ms) && isValid(datum.latency_low_ms)"]]
    return [
      [
        "name": "predictions", "data": ["name": "members"], "transform": filter,
        "mark": ["type": "rule", "strokeDash": [1, 3], "strokeWidth": 1.5, "opacity": 0.7, "clip": true],
        "encoding": ["x": x, "x2": ["field": "predicted_ms"], "y": y, "color": colour],
      ],
      [
        "data": ["name": "members"], "transform": filter,
        "mark": ["type": "tick", "orient": "vertical", "size": 8, "thickness": 1.5, "opacity": 0.8, "clip": true],
        "encoding": [
          "x": x.with(["field": "predicted_ms"]), "y": y, "color": colour,
        ],
      ],
    ]
  }

  private var valueBar: JSONValue {
    [
      "name": "accuracy_intervals", "data": ["name": "members"],
      "transform": [["filter": "isValid(datum.value_low) && isValid(datum.value_high)"]],
      "mark": ["type": "rule", "strokeWidth": 1.3, "clip": true],
      "encoding": [
        "x": x, "y": y.with(["field": "value_low"]), "y2": ["field": "value_high"], "color": colour,
        "opacity": ["condition": ["test": FrontChart.isProminent, "value": 0.85], "value": 0.35],
      ],
    ]
  }

  private var latencyBar: JSONValue {
    [
      "name": "latency_intervals", "data": ["name": "members"],
      "transform": [["filter": "isValid(datum.latency_low_ms) && isValid(datum.latency_high_ms)"]],
      "mark": ["type": "rule", "strokeWidth": 1.3, "clip": true],
      "encoding": [
        "x": x.with(["field": "latency_low_ms"]), "x2": ["field": "latency_high_ms"], "y": y, "color": colour,
        "opacity": ["condition": ["test": FrontChart.isProminent, "value": 0.85], "value": 0.35],
      ],
    ]
  }

  private static let isProminent: JSONValue = "datum.on_front || datum.role == 'DeiT' || datum.role == 'baseline'"

  /// Filled on the front, hollow elsewhere; the selected one is larger.
  private var points: JSONValue {
    let shapes = ChartSeries.shapes(of: members.map { ($0.study, $0.point.role) }, of: studies)
    return [
      "name": "members", "data": ["name": "members"],
      "mark": ["type": "point", "filled": false, "strokeWidth": 1.8, "opacity": 1, "cursor": "pointer", "clip": true],
      "encoding": [
        "x": x, "y": y,
        "color": colour,
        "fill": [
          "condition": ["test": "!datum.on_front", "value": ReportChart.colour(.surface)], "field": "series",
          "type": "nominal",
          "scale": ChartSeries.scale(
            ChartSeries.all(members.map { ($0.study, $0.point.role) }, of: studies)), "legend": FrontChart.legend,
        ],
        "shape": [
          "field": .string(studies.count == 1 ? "series" : "role"), "type": "nominal",
          "scale": ["domain": .strings(shapes.map(\.name)), "range": .strings(shapes.map(\.shape))],
          "legend": studies.count == 1 ? FrontChart.legend : nil,
        ],
        "size": ["condition": ["test": "datum.id == selected", "value": 240], "value": 85],
        "order": ["field": "on_front", "type": "ordinal"],
        "tooltip": [
          ["field": "name", "title": "member"], ["field": "value", "title": "accuracy %", "format": ".2f"],
          ["field": "latency_ms", "title": "latency ms", "format": ".3g"],
        ],
      ],
    ]
  }

  /// Baselines bear their names; what lies below is covered, for legibility.
  private var nameLayers: [JSONValue] {
    let filter: JSONValue = [["filter": "datum.role == 'DeiT' || datum.role == 'baseline'"]]
    func layer(_ mark: JSONValue) -> JSONValue {
      let text: JSONValue = [
        "type": "text", "align": ["expr": "datum.latency_ms > \(edge) ? 'right' : 'left'"],
        "dx": ["expr": "datum.latency_ms > \(edge) ? -9 : 9"], "dy": 15, "fontSize": 11.5, "limit": 180,
      ]
      return [
        "data": ["name": "members"], "transform": filter, "mark": text.with(mark),
        "encoding": ["x": x, "y": y, "text": ["field": "name"]],
      ]
    }
    return [
      layer([
        "stroke": ReportChart.colour(.surface), "strokeWidth": 3, "strokeOpacity": 0.85,
        "color": ReportChart.colour(.surface),
      ]),
      layer(["color": ReportChart.colour(.baseline)]),
    ]
  }

  /// Where names go to the left of their points, so that they do not leave the plot.
  private var edge: String {
    "\(horizontal.lowerBound + 0.88 * (horizontal.upperBound - horizontal.lowerBound))"
  }
}
