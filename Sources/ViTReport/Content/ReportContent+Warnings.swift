internal import ViTSearch

extension ReportContent {
  /// What the reader should know before believing it, in sentences.
  package var warnings: [String] {
    var remarks = front.notes
    if let warning = front.audit?.warning, !remarks.contains(warning) { remarks.append(warning) }
    if let drift = FrontAnswers.drift(front) { remarks.append(drift) }
    let isChosenBefore = !front.comparisons.isEmpty && front.comparisons.allSatisfy(\.isChosenBefore)
    if !isChosenBefore, front.entries.contains(where: { $0.probabilityAboveBaselines != nil }) {
      remarks.append(
        "The probabilities count the spread between seeds, and nothing else: they are not corrected for having picked "
          + "the best of many candidates.")
    }
    return remarks.map(ReportContent.sentence)
  }

  private static func sentence(_ text: String) -> String {
    guard let first = text.first else { return text }
    return first.uppercased() + text.dropFirst() + (text.hasSuffix(".") ? "" : ".")
  }
}
