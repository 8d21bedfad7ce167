package import ViTSearch
internal import ViTNumerics

/// Fronts side by side, as text.
package enum ComparisonText {
  package static func text(_ comparison: StudyComparison) -> String {
    let isTrained = comparison.objective == .validationAccuracy
    func value(_ value: Double) -> String {
      isTrained ? ReadableNumber.percent(value) + "%" : ReadableNumber.count(value) + " MACs"
    }
    func area(_ area: Double) -> String {
      isTrained ? ReadableNumber.significant(area * 1e5) : ReadableNumber.count(area)
    }
    var areas = TextTable([
      ("study", .left), ("hypervolume", .right), ("candidates", .right), ("baselines", .right),
    ])
    for row in comparison.areas { areas.add([row.study, area(row.front), area(row.candidates), area(row.baselines)]) }
    let unit = isTrained ? "ms x percent" : "s x MACs"
    var text = """
      hypervolume in \(unit) from \(ReadableNumber.latency(comparison.referenceLatencySeconds)) and \
      \(value(comparison.referenceValue))
      \(areas.text)

      """
    guard !comparison.targets.isEmpty else { return text + "the studies have no latency target in common\n" }
    var targets = TextTable([
      ("target", .left), ("study", .left), ("member", .left), ("latency", .right),
      (isTrained ? "accuracy" : "MACs", .right), ("±", .right),
    ])
    for target in comparison.targets {
      for (row, best) in zip(comparison.areas, target.best) {
        targets.add([
          target.label, row.study, best?.name ?? "none", best.map { ReadableNumber.latency($0.latencySeconds) } ?? "",
          best.map { value($0.estimate.value) } ?? "",
          best?.estimate.halfWidth.map { ReadableNumber.percent($0) } ?? "",
        ])
      }
    }
    text += targets.text
    return text
  }
}
