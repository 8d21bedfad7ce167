package import ViTSearch
internal import ViTNumerics

/// Fronts side by side, as text.
package enum ComparisonText {
  /// With the studies' warnings.
  package static func text(_ comparison: StudyComparison) -> String {
    figures(comparison)
      + comparison.warnings.flatMap { study in study.warnings.map { "warning: \(study.study): \($0)\n" } }.joined()
  }

  /// Hypervolumes, and the best for each target.
  static func figures(_ comparison: StudyComparison) -> String {
    let isTrained = comparison.objective == .validationAccuracy
    func value(_ value: Double) -> String {
      isTrained ? ReadableNumber.percent(value) + "%" : ReadableNumber.count(value) + " MACs"
    }
    func height(_ height: Double) -> String {
      isTrained ? ReadableNumber.fixed(height * 100, decimals: 2) : ReadableNumber.count(height)
    }
    var text = "the studies have no range of latencies in common, so that there is no hypervolume to compare\n\n"
    if let lower = comparison.lowerLatencySeconds, let upper = comparison.upperLatencySeconds {
      var heights = TextTable([
        ("study", .left), ("hypervolume", .right), ("candidates", .right), ("baselines", .right),
      ])
      for row in comparison.hypervolumes {
        heights.add([row.study, height(row.front), height(row.candidates), row.baselines.map(height) ?? ""])
      }
      text = """
        hypervolume: mean height above \(value(comparison.referenceValue)) from \(ReadableNumber.latency(lower)) to \
        \(ReadableNumber.latency(upper)), in \(isTrained ? "points" : "MACs")
        \(heights.text)

        """
    }
    guard !comparison.targets.isEmpty else { return text + "the studies have no latency target in common\n" }
    var targets = TextTable([
      ("target", .left), ("study", .left), ("member", .left), ("latency", .right),
      (isTrained ? "accuracy" : "MACs", .right), ("95%", .left),
    ])
    for target in comparison.targets {
      for (row, best) in zip(comparison.warnings, target.best) {
        targets.add([
          target.label, row.study, best?.name ?? "none", best.map { ReadableNumber.latency($0.latencySeconds) } ?? "",
          best.map { value($0.estimate.value) } ?? "",
          best?.estimate.interval.map { $0.bracketed { ReadableNumber.percent($0) } } ?? "",
        ])
      }
    }
    return text + targets.text
  }
}
