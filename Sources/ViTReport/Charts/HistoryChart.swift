internal import ViTSearch

/// Hypervolume as a study went on.
struct HistoryChart {
  /// What the search is held against.
  enum Measure: String {
    case trials, seconds
  }

  private let studies: [ReportContent]
  private let measure: Measure

  /// Nil when no study has a history.
  init?(_ studies: [ReportContent], over measure: Measure) {
    guard studies.contains(where: { !$0.history.isEmpty }) else { return nil }
    self.studies = studies
    self.measure = measure
  }

  private var isTrained: Bool { studies.allSatisfy { $0.front.objective == .validationAccuracy } }

  var chart: ReportChart {
    let rows = studies.flatMap { study in
      study.history.map { sample -> JSONValue in
        [
          "study": .string(study.study), "arm": .string(sample.arm),
          "line": .string(studies.count == 1 ? sample.arm : "\(study.study): \(sample.arm)"),
          "trial": .number(Double(sample.trial)), "seconds": .number(sample.seconds),
          "hypervolume": .number(scaled(sample)),
        ]
      }
    }
    return ReportChart(
      name: "history-\(measure.rawValue)",
      title: measure == .trials ? "Hypervolume against trials" : "Hypervolume against training time",
      caption: measure == .trials
        ? "What was known after each finished training. Where candidates are chosen before the final, each way of searching is counted by itself, and a network by its longest training so far, on the seed that choices rest on; otherwise by the mean over its seeds so far. The axis does not start at zero."
        : "The same against the time spent on training, added up over trainings that ran side by side.",
      height: 300, data: [("history", rows)],
      body: [
        "data": ["name": "history"],
        "mark": ["type": "line", "interpolate": "step-after", "strokeWidth": 2, "clip": true],
        "encoding": [
          "x": [
            "field": measure == .trials ? "trial" : "seconds", "type": "quantitative",
            "title": measure == .trials ? "Finished trainings" : "Training time (s)",
            "axis": ["tickMinStep": 1, "grid": false, "format": ",d"],
          ],
          "y": [
            "field": "hypervolume", "type": "quantitative",
            "title": isTrained ? "Hypervolume (points)" : "Hypervolume (10⁹)", "axis": ["tickCount": 6],
            "scale": ["domain": [.number(range.lowerBound), .number(range.upperBound)], "nice": false, "zero": false],
          ],
          "color": ["field": studies.count == 1 ? "arm" : "study", "type": "nominal", "scale": scale],
          "strokeDash": [
            "field": "arm", "type": "nominal", "scale": dashes,
            "legend": ["orient": studies.count == 1 ? "top" : "bottom"],
          ],
          "detail": ["field": "line"],
        ],
      ])
  }

  /// Percentage points, or thousands of millions of multiply-accumulates.
  private func scaled(_ sample: ReportContent.HistorySample) -> Double {
    sample.hypervolume * (isTrained ? 100 : 1e-9)
  }

  /// Where the lines end, and some room below: the first steps, from nothing at all, would flatten the rest.
  private var range: ClosedRange<Double> {
    let largest = studies.flatMap(\.history).map(scaled).max() ?? 0
    let ends = studies.flatMap { study in
      arms.compactMap { arm in study.history.last { $0.arm == arm } }.map(scaled)
    }
    let range = Axis.range(ends + [largest], padding: 0.05)
    let low = range.lowerBound - 0.5 * (range.upperBound - range.lowerBound)
    return Axis.limited(low...range.upperBound, to: 0 ... .infinity)
  }

  private var arms: [String] {
    studies.flatMap(\.history).reduce(into: []) { arms, sample in
      if !arms.contains(sample.arm) { arms.append(sample.arm) }
    }
  }

  private var scale: JSONValue {
    guard studies.count == 1, let family = studies.first?.baselineFamily else {
      return ChartSeries.scale(studies.indices.map { ChartSeries(name: studies[$0].study, colour: .study($0)) })
    }
    let others: [ChartPalette] = [.target, .green, .magenta, .olive]
    var unknown = 0
    return ChartSeries.scale(
      arms.map { arm in
        let colour: ChartPalette
        switch arm {
        case "candidates": colour = .candidate
        case "random search": colour = .random
        case family: colour = .baseline
        default:
          colour = others[unknown % others.count]
          unknown += 1
        }
        return ChartSeries(name: arm, colour: colour)
      })
  }

  private var dashes: JSONValue {
    let patterns: [JSONValue] = [[1, 0], [7, 3], [2, 3], [9, 3, 2, 3]]
    return [
      "domain": .strings(arms), "range": .array(arms.indices.map { patterns[$0 % patterns.count] }),
    ]
  }
}
