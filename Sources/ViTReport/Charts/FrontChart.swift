internal import ViTLatency
internal import ViTNumerics
internal import ViTSearch

/// Accuracy against latency: members with intervals, the front, predictions, targets.
struct FrontChart {
  let studies: [ReportContent]
  let isTrained: Bool
  let isMeasured: Bool
  let members: [Member]
  let horizontal: ClosedRange<Double>
  let vertical: ClosedRange<Double>

  struct Member {
    let study: Int
    /// "study:index", as the page knows it.
    let identifier: String
    let point: FrontEntry
    let latency: Estimate
    /// Percent, or thousands of millions of multiply-accumulates.
    let value: Estimate
  }

  /// Nil when no member can be drawn, or when studies have different objectives.
  init?(_ studies: [ReportContent]) {
    guard let objective = studies.first?.front.objective, studies.allSatisfy({ $0.front.objective == objective }) else {
      return nil
    }
    self.studies = studies
    isTrained = objective == .validationAccuracy
    members = studies.enumerated().flatMap { study, content in
      content.front.entries.enumerated().compactMap { index, point in
        guard let latency = point.latency, let value = FrontChart.value(point, objective) else { return nil }
        return Member(
          study: study, identifier: "\(study):\(index)", point: point, latency: latency.scaled(by: 1e3), value: value)
      }
    }
    guard !members.isEmpty else { return nil }
    isMeasured = members.contains { $0.point.measuredLatency != nil }
    let targets = studies.count == 1 ? studies[0].front.targets.map { $0.seconds * 1e3 } : []
    let predictions = members.map { $0.point.predicted.value * 1e3 }
    let x = Axis.range(members.map(\.latency.value) + predictions + targets, padding: 0.05)
    horizontal = Axis.limited(x, to: 0 ... .infinity)
    vertical = FrontChart.verticalRange(members.map(\.value), isTrained: isTrained)
  }

  private static func value(
    _ point: FrontEntry, _ objective: FrontDocument.Objective
  ) -> Estimate? {
    switch objective {
    case .validationAccuracy: point.accuracy.flatMap { $0.value.isFinite ? $0.scaled(by: 100) : nil }
    case .multiplyAccumulates: Estimate(Double(point.multiplyAccumulates) * 1e-9)
    }
  }

  /// Holds the means, and as much of the intervals as leaves the means half of the height.
  private static func verticalRange(
    _ values: [Estimate], isTrained: Bool
  ) -> ClosedRange<Double> {
    let means = Axis.range(values.map(\.value), padding: 0.12)
    let room = 0.5 * (means.upperBound - means.lowerBound)
    let ends = values.flatMap {
      [max($0.lower ?? $0.value, $0.value - room), min($0.upper ?? $0.value, $0.value + room)]
    }
    let range = Axis.range(ends + [means.lowerBound, means.upperBound], padding: 0.02)
    return Axis.limited(range, to: 0...(isTrained ? 100 : .infinity))
  }

  var chart: ReportChart {
    let seeds = members.compactMap(\.point.validation?.trials.count).max() ?? 0
    let intervals =
      isTrained && seeds > 1 ? " Vertical bars are 95% intervals of the mean over seeds, cut at the edge." : ""
    // Vega-Lite draws no legend of shapes alone where marks have both fill and stroke.
    let shapes =
      studies.count > 1
      ? " Circles are candidates, squares baselines, triangles random search, diamonds what both ways of searching chose."
      : ""
    let measured =
      isMeasured
      ? " Horizontal bars are 95% intervals of the measured median; a dotted line leads to the predicted latency." : ""
    return ReportChart(
      name: "front", title: isTrained ? "Accuracy against latency" : "Multiply-accumulates against latency",
      caption:
        "The line joins the members on the front, which no other beats in both; their marks are filled.\(shapes)\(intervals)\(measured)",
      height: 460, data: [("members", members.map(row)), ("front", frontRows), ("targets", targetRows)],
      body: [
        "params": [
          ["name": "selected", "value": ""]
        ],
        "layer": .array(layers),
      ])
  }

  // MARK: Data

  private func row(_ member: Member) -> JSONValue {
    let point = member.point
    let row: JSONValue = [
      "id": .string(member.identifier), "study": .string(studies[member.study].study), "name": .string(point.name),
      "role": .string(point.role.name(family: studies[member.study].baselineFamily)),
      "series": .string(ChartSeries.name(of: point.role, in: member.study, of: studies)),
      "on_front": .bool(point.isOnFront), "latency_ms": .number(member.latency.value),
    ]
    return row.with([
      "latency_low_ms": .optional(point.measured?.lower.map { $0 * 1e3 }),
      "latency_high_ms": .optional(point.measured?.upper.map { $0 * 1e3 }),
      "predicted_ms": .number(point.predicted.value * 1e3),
      "value": .number(member.value.value), "value_low": .optional(member.value.lower),
      "value_high": .optional(member.value.upper), "seeds": .optional(point.validation.map { Double($0.trials.count) }),
      "parameters": .number(Double(point.parameters)),
      "multiply_accumulates": .number(Double(point.multiplyAccumulates)),
    ])
  }

  /// Each study's front: the members on it, whoever found them, and nothing else.
  private var frontRows: [JSONValue] {
    studies.indices.flatMap { study -> [JSONValue] in
      members.filter { $0.study == study && $0.point.isOnFront }
        .sorted { ($0.latency.value, $0.value.value) < ($1.latency.value, $1.value.value) }
        .map { member in
          [
            "line": .string(studies[study].study), "series": .string(studies[study].study),
            "name": .string(member.point.name), "latency_ms": .number(member.latency.value),
            "value": .number(member.value.value),
          ]
        }
    }
  }

  /// Only of a single study: those of several would cover one another. Labels that would touch take turns in two rows.
  private var targetRows: [JSONValue] {
    guard studies.count == 1 else { return [] }
    var end = -Double.infinity
    var row = 0.0
    return studies[0].front.targets.sorted { $0.seconds < $1.seconds }.map { target in
      let milliseconds = target.seconds * 1e3
      // Pixels, on a plot of some 700.
      let place = 700 * (milliseconds - horizontal.lowerBound) / (horizontal.upperBound - horizontal.lowerBound)
      row = place - 4 * Double(target.label.count) < end ? 1 - row : 0
      end = place + 4 * Double(target.label.count)
      return ["label": .string(target.label), "latency_ms": .number(milliseconds), "row": .number(row)]
    }
  }
}
