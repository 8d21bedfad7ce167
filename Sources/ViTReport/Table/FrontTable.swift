internal import ViTLatency
internal import ViTNumerics
package import ViTSearch

/// Renders a study's outcome as text.
package enum FrontTable {
  /// The answers in words, then a table for the terminal: every member of the final by latency, the front marked,
  /// accuracies with their 95% intervals.
  package static func text(_ front: FrontDocument) -> String {
    let isTrained = front.objective == .validationAccuracy
    let isMeasured = front.entries.contains { $0.measuredLatency != nil }
    var headings: [(text: String, alignment: TextTable.Alignment)] = [
      ("", .left), ("member", .left), ("target", .left), ("predicted", .right),
    ]
    if isMeasured { headings.append(("measured", .right)) }
    headings += [("parameters", .right), ("MACs", .right)]
    if isTrained {
      headings += [("validation %", .right), ("test %", .right), ("above baselines", .right), ("P", .right)]
    }
    var table = TextTable(headings)
    for entry in front.entries {
      var cells = [
        mark(entry), entry.name, targets(entry),
        ReadableNumber.latency(entry.predictedLatency.seconds),
      ]
      if isMeasured { cells.append(entry.measuredLatency.map { ReadableNumber.latency($0.seconds) } ?? "–") }
      cells += [
        ReadableNumber.count(Double(entry.parameters)), ReadableNumber.count(Double(entry.multiplyAccumulates)),
      ]
      if isTrained {
        cells += [
          accuracy(entry.validation), accuracy(entry.test),
          entry.fromBaselines.map(difference) ?? "–",
          (entry.fromBaselines?.corrected ?? entry.probabilityAboveBaselines)
            .map { ReadableNumber.fixed($0, decimals: 3) } ?? "–",
        ]
      }
      table.add(cells)
    }
    let answers = FrontAnswers.sentences(front).map { $0 + "\n" }.joined()
    return (answers.isEmpty ? "" : answers + "\n") + table.text + footer(front)
  }

  /// The targets' labels, those that it misses with a cross.
  private static func targets(_ entry: FrontEntry) -> String {
    let missed = Set((entry.misses ?? []).map(\.target))
    return entry.targets.map { missed.contains($0) ? "\($0) ✗" : $0 }.joined(separator: " ")
  }

  /// "● " on the front, "★ " for what the search chose for a target, "☆ " for what random search found, both for both.
  private static func mark(_ entry: FrontEntry) -> String {
    let front = entry.isOnFront ? "●" : " "
    let found = (entry.isWinner ? "★" : "") + (entry.role.isOfRandomSearch ? "☆" : "")
    guard !found.isEmpty else { return entry.isOnFront ? front : "" }
    return "\(front) \(found)"
  }

  /// "+0.89 [0.31, 1.47]", in points.
  private static func difference(_ difference: Difference) -> String {
    let sign = difference.value < 0 ? "" : "+"
    return sign + difference.estimate.bracketed { ReadableNumber.percent($0) }
  }

  /// "82.63 ± 1.60", without the interval for a single seed; "100.00 [83.16, 100.00]" where all seeds agree.
  static func accuracy(_ summary: AccuracySummary?) -> String {
    summary?.accuracy.plusMinus { ReadableNumber.percent($0) } ?? "–"
  }

  private static func footer(_ front: FrontDocument) -> String {
    let isTrained = front.objective == .validationAccuracy
    let isChosen = front.entries.contains(where: \.isWinner)
    let hasRandom = front.entries.contains(where: \.role.isOfRandomSearch)
    var lines = [
      "● on the front" + (isChosen ? "; ★ the search's winner for a target" : "")
        + (hasRandom ? "; ☆ found by random search" : "")
        + (front.entries.contains { $0.misses != nil } ? "; ✗ misses the target" : "")
        + (isTrained ? "; ± is Student's 95% interval over the seeds" : "")
    ]
    if let count = front.comparisonCount, count > 0 {
      lines.append(
        "above baselines: points of accuracy above theirs at its latency, with a 95% interval of its own; P is corrected "
          + "for \(ReadableNumber.count(count, "comparison"))")
    }
    if let volume = front.hypervolume { lines.append(hypervolume(volume, isTrained: isTrained)) }
    lines += front.arms.map { arm in
      """
      \(arm.name == .search ? "search" : "random search"): \(arm.candidates) candidates, \
      \(ReadableNumber.count(Double(arm.samples))) training images, \(ReadableNumber.significant(arm.trainings)) \
      whole trainings
      """
    }
    lines += FrontAnswers.warnings(front).map { "note: \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func hypervolume(_ volume: FrontDocument.Hypervolume, isTrained: Bool) -> String {
    func height(_ height: Double) -> String {
      isTrained ? ReadableNumber.percent(height) : ReadableNumber.count(height)
    }
    let reference =
      isTrained
      ? "\(ReadableNumber.percent(volume.referenceValue, decimals: 1))% accuracy, in points"
      : "\(ReadableNumber.count(volume.referenceValue)) MACs"
    let parts = [
      "the front \(height(volume.front))", "candidates \(height(volume.candidates))",
      volume.randomSearch.map { "random search \(height($0))" }, volume.baselines.map { "baselines \(height($0))" },
    ].compactMap(\.self)
    return "hypervolume, a mean height from \(ReadableNumber.latency(volume.lowerLatencySeconds)) to "
      + "\(ReadableNumber.latency(volume.upperLatencySeconds)) above \(reference): "
      + parts.joined(separator: ", ")
  }
}
