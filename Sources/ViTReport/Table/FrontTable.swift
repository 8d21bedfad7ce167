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
    if isTrained { headings += [("validation %", .right), ("test %", .right), ("P(above baselines)", .right)] }
    var table = TextTable(headings)
    for entry in front.entries {
      var cells = [
        mark(entry), entry.name, entry.targets.joined(separator: " "),
        ReadableNumber.latency(entry.predictedLatency.seconds),
      ]
      if isMeasured { cells.append(entry.measuredLatency.map { ReadableNumber.latency($0.seconds) } ?? "–") }
      cells += [
        ReadableNumber.count(Double(entry.parameters)), ReadableNumber.count(Double(entry.multiplyAccumulates)),
      ]
      if isTrained {
        cells += [
          accuracy(entry.validation), accuracy(entry.test),
          entry.probabilityAboveBaselines.map { ReadableNumber.fixed($0, decimals: 2) } ?? "–",
        ]
      }
      table.add(cells)
    }
    let answers = FrontAnswers.sentences(front).map { $0 + "\n" }.joined()
    return (answers.isEmpty ? "" : answers + "\n") + table.text + footer(front)
  }

  /// "● " on the front, "★ " for what the search offers for a target, "☆ " for what random search found.
  private static func mark(_ entry: FrontEntry) -> String {
    let front = entry.isOnFront ? "●" : " "
    guard entry.isWinner || entry.role == .randomSearch else { return entry.isOnFront ? front : "" }
    return front + (entry.role == .randomSearch ? " ☆" : " ★")
  }

  /// "82.63 ± 1.60", without the interval for a single seed.
  static func accuracy(_ summary: AccuracySummary?) -> String {
    summary?.accuracy.plusMinus { ReadableNumber.percent($0) } ?? "–"
  }

  private static func footer(_ front: FrontDocument) -> String {
    let volume = front.hypervolume
    let isTrained = front.objective == .validationAccuracy
    let value =
      isTrained
      ? "\(ReadableNumber.percent(volume.referenceValue, decimals: 1))% accuracy"
      : "\(ReadableNumber.count(volume.referenceValue)) MACs"
    func share(_ area: Estimate) -> String {
      volume.front > 0 ? ReadableNumber.percent(area.value / volume.front, decimals: 1) + "%" : "–"
    }
    let isChosen = front.entries.contains(where: \.isWinner)
    let random = volume.randomSearch.map { ", random search's \(share($0))" } ?? ""
    var lines = [
      "● on the front" + (isChosen ? "; ★ the search's winner for a target" : "")
        + (random.isEmpty ? "" : "; ☆ found by random search")
        + (isTrained ? "; ± is Student's 95% interval over the seeds" : ""),
      """
      hypervolume from (\(ReadableNumber.latency(volume.referenceLatencySeconds)), \(value)): \
      \(isChosen ? "the winners" : "candidates") alone cover \(share(volume.candidates)) of what all members \
      cover\(random), baselines alone \(share(volume.baselines))
      """,
    ]
    lines += front.arms.map { arm in
      """
      \(arm.name == .search ? "search" : "random search"): \(arm.candidates) candidates, \
      \(ReadableNumber.count(Double(arm.samples))) training images, \(ReadableNumber.significant(arm.trainings)) \
      whole trainings
      """
    }
    if let drift = FrontAnswers.drift(front) { lines.append(drift) }
    lines += front.notes.map { "note: \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }
}
