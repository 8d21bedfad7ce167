internal import ViTNumerics

/// Accuracy of the trainings at each rung, those of the audit marked.
struct RungChart {
  private let studies: [ReportContent]
  private let trials: [(study: Int, trial: ReportContent.RungTrial)]

  /// Nil when no study trained in rungs.
  init?(_ studies: [ReportContent]) {
    self.studies = studies
    trials = studies.enumerated().flatMap { index, study in
      (study.rungs?.trials ?? []).map { trial in
        var trial = trial
        // The axis is logarithmic.
        trial.rungs.removeAll { $0.samplesSeen < 1 || !$0.accuracy.isFinite }
        return (index, trial)
      }.filter { !$1.rungs.isEmpty }
    }
    guard !trials.isEmpty else { return nil }
  }

  private static let kept = "kept by rank"
  private static let audited = "audit, trained on whatever its rank"

  var chart: ReportChart {
    let samples = Set(trials.flatMap { $1.rungs.map { Double($0.samplesSeen) } }).sorted()
    let accuracies = Axis.range(trials.flatMap { $1.rungs.map { $0.accuracy * 100 } }, padding: 0.06)
    let kinds = [RungChart.kept, RungChart.audited].filter { kind in trials.contains { RungChart.kind($1) == kind } }
    let several = studies.count > 1
    let colours =
      several
      ? ChartSeries.scale(studies.indices.map { ChartSeries(name: studies[$0].study, colour: .study($0)) })
      : ["domain": .strings(kinds), "range": .strings(kinds.map { RungChart.colour($0).light })]
    return ReportChart(
      name: "rungs", title: "Accuracy at each rung", caption: caption,
      height: 360, data: [("rungs", rows)],
      body: [
        "data": ["name": "rungs"],
        "encoding": [
          "x": [
            "field": "samples_seen", "type": "quantitative", "title": "Images seen in training",
            "scale": ["type": "log", "nice": false],
            "axis": ["values": .array(samples.map { .number($0) }), "format": "~s", "labelOverlap": true],
          ],
          "y": [
            "field": "accuracy", "type": "quantitative", "title": "Validation accuracy (%)",
            "scale": [
              "domain": [.number(max(accuracies.lowerBound, 0)), .number(min(accuracies.upperBound, 100))],
              "nice": false, "zero": false,
            ],
          ],
          "color": ["field": several ? "study" : "kind", "type": "nominal", "scale": colours],
          "detail": ["field": "trial"],
        ],
        "layer": [
          [
            "name": "climbs", "mark": ["type": "line", "strokeWidth": 1.4, "opacity": 0.7],
            "encoding": [
              "strokeDash": [
                "field": "kind", "type": "nominal",
                "scale": [
                  "domain": .strings(kinds), "range": .array(kinds.map { $0 == RungChart.audited ? [5, 3] : [1, 0] }),
                ],
              ]
            ],
          ],
          [
            "name": "rungs", "mark": ["type": "point", "filled": true, "size": 34, "opacity": 0.9],
            "encoding": [
              "tooltip": [
                ["field": "name", "title": "member"],
                ["field": "samples_seen", "title": "images seen", "format": ",d"],
                ["field": "accuracy", "title": "accuracy %", "format": ".2f"],
              ]
            ],
          ],
        ],
      ])
  }

  private var rows: [JSONValue] {
    trials.enumerated().flatMap { index, entry in
      let (study, trial) = entry
      return trial.rungs.map { rung -> JSONValue in
        [
          "study": .string(studies[study].study), "trial": .number(Double(index)), "name": .string(trial.name),
          "kind": .string(RungChart.kind(trial)), "samples_seen": .number(Double(rung.samplesSeen)),
          "accuracy": .number(rung.accuracy * 100),
        ]
      }
    }
  }

  private static func kind(_ trial: ReportContent.RungTrial) -> String { trial.isAudit ? audited : kept }
  private static func colour(_ kind: String) -> ChartPalette { kind == audited ? .random : .candidate }

  private var caption: String {
    let sentences = studies.flatMap { study in
      (study.rungs?.agreements ?? []).map { agreement in
        let tau = agreement.tau.bracketed { ReadableNumber.fixed($0, decimals: 2) }
        return (studies.count > 1 ? "\(study.study): " : "")
          + "Kendall's tau between the rankings at \(ReadableNumber.count(Double(agreement.earlierSamples))) and "
          + "\(ReadableNumber.count(Double(agreement.laterSamples))) images is "
          + "\(tau) over \(agreement.count) members."
      }
    }
    return sentences.isEmpty ? "Each line is one training." : sentences.joined(separator: " ")
  }
}
