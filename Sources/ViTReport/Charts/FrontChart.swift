internal import ViTSearch

/// Accuracy against latency: members with intervals, the front, predictions, targets.
struct FrontChart {
  private let studies: [ReportContent]
  private let isTrained: Bool
  private let isMeasured: Bool
  private let members: [Member]
  private let horizontal: ClosedRange<Double>
  private let vertical: ClosedRange<Double>

  private struct Member {
    let study: Int
    /// "study:index", as the page knows it.
    let identifier: String
    let point: ReportContent.Point
    let latency: ReportContent.Estimate
    /// Percent, or thousands of millions of multiply-accumulates.
    let value: ReportContent.Estimate
  }

  /// Nil when no member can be drawn, or when studies have different objectives.
  init?(_ studies: [ReportContent]) {
    guard let objective = studies.first?.objective, studies.allSatisfy({ $0.objective == objective }) else {
      return nil
    }
    self.studies = studies
    isTrained = objective == .validationAccuracy
    members = studies.enumerated().flatMap { study, content in
      content.points.enumerated().compactMap { index, point in
        guard let latency = point.latency, let value = FrontChart.value(point, objective) else { return nil }
        return Member(
          study: study, identifier: "\(study):\(index)", point: point, latency: latency.scaled(1e3), value: value)
      }
    }
    guard !members.isEmpty else { return nil }
    isMeasured = members.contains { $0.point.measuredLatency != nil }
    let targets = studies.count == 1 ? studies[0].targets.map { $0.seconds * 1e3 } : []
    let predictions = members.compactMap { $0.point.predictedLatency.map { $0.value * 1e3 } }
    let x = Axis.range(members.map(\.latency.value) + predictions + targets, padding: 0.05)
    horizontal = max(x.lowerBound, 0)...x.upperBound
    vertical = FrontChart.verticalRange(members.map(\.value), isTrained: isTrained)
  }

  private static func value(
    _ point: ReportContent.Point, _ objective: FrontDocument.Objective
  ) -> ReportContent.Estimate? {
    switch objective {
    case .validationAccuracy: point.accuracy.flatMap { $0.value.isFinite ? $0.scaled(100) : nil }
    case .multiplyAccumulates: ReportContent.Estimate(Double(point.multiplyAccumulates) * 1e-9)
    }
  }

  /// Holds the means, and as much of the intervals as leaves the means half of the height.
  private static func verticalRange(
    _ values: [ReportContent.Estimate], isTrained: Bool
  ) -> ClosedRange<Double> {
    let means = Axis.range(values.map(\.value), padding: 0.12)
    let room = 0.5 * (means.upperBound - means.lowerBound)
    let ends = values.flatMap { [max($0.lower ?? $0.value, $0.value - room), min($0.upper ?? $0.value, $0.value + room)] }
    let range = Axis.range(ends + [means.lowerBound, means.upperBound], padding: 0.02)
    return max(range.lowerBound, 0)...(isTrained ? min(range.upperBound, 100) : range.upperBound)
  }

  var chart: ReportChart {
    let seeds = members.compactMap(\.point.accuracy?.count).max() ?? 0
    let intervals =
      isTrained && seeds > 1 ? " Vertical bars are 95% intervals of the mean over seeds, cut at the edge." : ""
    let measured =
      isMeasured
      ? " Horizontal bars are 95% intervals of the measured median; a dotted line leads to the predicted latency." : ""
    return ReportChart(
      name: "front", title: isTrained ? "Accuracy against latency" : "Multiply-accumulates against latency",
      caption: "The line is the front: what is to its lower right is dominated.\(intervals)\(measured)",
      data: [("members", members.map(row)), ("front", frontRows), ("targets", targetRows)],
      body: [
        "height": 460,
        "params": [
          ["name": "selected", "value": ""],
        ],
        "layer": .array(layers),
      ])
  }

  // MARK: Data

  private func row(_ member: Member) -> JSONValue {
    let point = member.point
    let row: JSONValue = [
      "id": .string(member.identifier), "study": .string(studies[member.study].study), "name": .string(point.name),
      "role": .string(ReportText.role(point.role, family: studies[member.study].baselineFamily)),
      "series": .string(ChartSeries.name(of: point.role, in: member.study, of: studies)),
      "on_front": .bool(point.isOnFront), "latency_ms": .number(member.latency.value),
    ]
    return row.with([
      "latency_low_ms": .optional(point.measuredLatency?.lower.map { $0 * 1e3 }),
      "latency_high_ms": .optional(point.measuredLatency?.upper.map { $0 * 1e3 }),
      "predicted_ms": .optional(point.predictedLatency.map { $0.value * 1e3 }),
      "value": .number(member.value.value), "value_low": .optional(member.value.lower),
      "value_high": .optional(member.value.upper), "seeds": .optional(point.accuracy?.count.map(Double.init)),
      "parameters": .number(Double(point.parameters)),
      "multiply_accumulates": .number(Double(point.multiplyAccumulates)),
    ])
  }

  /// Corners of each study's front, led on to the right edge; and of random search's own.
  private var frontRows: [JSONValue] {
    studies.indices.flatMap { study -> [JSONValue] in
      let own = members.filter { $0.study == study }
      let name = studies[study].study
      let several = studies.count > 1
      let front = own.filter { $0.point.isOnFront && $0.point.role != .random }
      let random = own.filter { $0.point.role == .random }
      let best = ParetoFront.indices(
        random.map { TradeOff(latencySeconds: $0.latency.value, value: $0.value.value) })
      return corners(front, line: several ? name : "front", study: name)
        + corners(best.map { random[$0] }, line: several ? name : "front of random search", study: name)
    }
  }

  private func corners(_ members: [Member], line: String, study: String) -> [JSONValue] {
    let sorted = members.sorted { $0.latency.value < $1.latency.value }
    guard let last = sorted.last, let role = sorted.first?.point.role else { return [] }
    let places = sorted.map { ($0.latency.value, $0.value.value) } + [(horizontal.upperBound, last.value.value)]
    let series = studies.count > 1 ? study : role == .random ? "random search" : "candidate"
    return places.map { latency, value in
      [
        "line": .string("\(line) \(role == .random ? "random" : "")"), "series": .string(series),
        "random": .bool(role == .random), "latency_ms": .number(latency), "value": .number(value),
      ]
    }
  }

  /// Only of a single study: those of several would cover one another. Labels that would touch take turns in two rows.
  private var targetRows: [JSONValue] {
    guard studies.count == 1 else { return [] }
    var end = -Double.infinity
    var row = 0.0
    return studies[0].targets.sorted { $0.seconds < $1.seconds }.map { target in
      let milliseconds = target.seconds * 1e3
      // Pixels, on a plot of some 700.
      let place = 700 * (milliseconds - horizontal.lowerBound) / (horizontal.upperBound - horizontal.lowerBound)
      row = place - 4 * Double(target.label.count) < end ? 1 - row : 0
      end = place + 4 * Double(target.label.count)
      return ["label": .string(target.label), "latency_ms": .number(milliseconds), "row": .number(row)]
    }
  }

  // MARK: Layers

  private var layers: [JSONValue] {
    let hasRandom = members.contains { $0.point.role == .random }
    var layers = studies.count == 1 && !studies[0].targets.isEmpty ? targetLayers : []
    layers.append(baselineLine)
    layers.append(frontLine(isRandom: false))
    if hasRandom { layers.append(frontLine(isRandom: true)) }
    if isMeasured { layers += predictionLayers }
    layers += [valueBar, latencyBar, points]
    layers += nameLayers
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
      "field": "series", "type": "nominal", "scale": ChartSeries.scale(series), "legend": nil,
    ]
  }

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

  private func frontLine(isRandom: Bool) -> JSONValue {
    [
      "name": isRandom ? "random_front" : "front", "data": ["name": "front"],
      "transform": [["filter": isRandom ? "datum.random" : "!datum.random"]],
      "mark": [
        "type": "line", "interpolate": "step-after", "strokeWidth": isRandom ? 1.5 : 2, "opacity": 0.6, "clip": true,
        "strokeDash": isRandom ? [2, 3] : [1, 0],
      ],
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
        "color": colour.with(["legend": [:]]),
        "fill": [
          "condition": ["test": "!datum.on_front", "value": ReportChart.colour(.surface)], "field": "series",
          "type": "nominal", "scale": ChartSeries.scale(
            ChartSeries.all(members.map { ($0.study, $0.point.role) }, of: studies)), "legend": nil,
        ],
        "shape": [
          "field": .string(studies.count == 1 ? "series" : "role"), "type": "nominal",
          "scale": ["domain": .strings(shapes.map(\.name)), "range": .strings(shapes.map(\.shape))],
        ],
        "size": ["condition": ["test": "datum.id == selected", "value": 240], "value": 85],
        "order": ["field": "on_front", "type": "nominal"],
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
        "dx": ["expr": "datum.latency_ms > \(edge) ? -9 : 9"], "dy": 15, "fontSize": 11.5,
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

extension ReportContent.Estimate {
  /// In another unit.
  func scaled(_ factor: Double) -> ReportContent.Estimate {
    ReportContent.Estimate(
      value * factor, lower: lower.map { $0 * factor }, upper: upper.map { $0 * factor }, count: count)
  }
}
