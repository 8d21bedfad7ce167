internal import ViTLatency
internal import ViTNumerics
internal import ViTSearch

extension ReportContent {
  /// What a study found, in sentences: one for each target, and one for the hypervolume.
  static func answers(_ front: FrontDocument, family: String) -> [String] {
    let isTrained = front.objective == .validationAccuracy
    var sentences = front.targets.sorted { $0.seconds < $1.seconds }.map { target in
      let place = "\(phrase(target)) (\(ReadableNumber.latency(target.seconds)))"
      let members = front.members(serving: target)
      let candidates = members.filter { $0.role == .candidate }
      guard let best = candidates.max(by: { $0.value(front.objective) < $1.value(front.objective) }) else {
        guard let baseline = members.last else { return "At \(place), no member of the front is fast enough." }
        return "At \(place), no candidate is on the front; the best that is no slower is \(baseline.name), with "
          + "\(value(baseline, front.objective))."
      }
      let sentence = "At \(place), \(best.name) reaches \(value(best, front.objective))"
      guard isTrained else { return sentence + "." }
      return sentence + "; "
        + (best.probabilityAboveBaselines.map { "P(above \(family) of equal latency) = \(probability($0))." }
          ?? "there is nothing among \(family) to compare it with.")
    }
    let volume = front.hypervolume
    if volume.front > 0, volume.candidates.value > 0, volume.baselines.value > 0 {
      sentences.append(
        "Of the hypervolume that all members cover, candidates alone cover "
          + "\(ReadableNumber.percent(volume.candidates.value / volume.front, decimals: 1))%, \(family) alone "
          + "\(ReadableNumber.percent(volume.baselines.value / volume.front, decimals: 1))%.")
    }
    return sentences
  }

  static func warnings(_ front: FrontDocument) -> [String] {
    var sentences = front.notes.map(sentence)
    if let warning = front.audit?.warning, !front.notes.contains(warning) { sentences.append(sentence(warning)) }
    if let drift = front.drift, abs(drift - 1) > 0.1 {
      sentences.append(
        "The machine took \(ReadableNumber.fixed(drift, decimals: 2)) times as long for the baselines as when the "
          + "latency model was measured, so compare measured with measured.")
    }
    let isChosenBefore = !front.comparisons.isEmpty && front.comparisons.allSatisfy(\.isChosenBefore)
    if !isChosenBefore, front.entries.contains(where: { $0.probabilityAboveBaselines != nil }) {
      sentences.append(
        "The probabilities count the spread between seeds, and nothing else: they are not corrected for having picked "
          + "the best of many candidates.")
    }
    return sentences
  }

  /// "0.5x latency", "a latency of 12ms".
  private static func phrase(_ target: ResolvedTarget) -> String {
    let parts = target.label.split(separator: " ", maxSplits: 1)
    guard let factor = parts.first, factor.hasSuffix("x") else { return "a latency of \(target.label)" }
    return "\(factor) latency" + (parts.count > 1 ? " \(parts[1])" : "")
  }

  private static func value(_ entry: FrontEntry, _ objective: FrontDocument.Objective) -> String {
    switch objective {
    case .multiplyAccumulates: return "\(ReadableNumber.count(Double(entry.multiplyAccumulates))) multiply-accumulates"
    case .validationAccuracy:
      guard let accuracy = entry.validation.map(Estimate.init) else { return "no accuracy" }
      return "\(ReportText.accuracy(accuracy)) over \(ReadableNumber.count(accuracy.count ?? 0, "seed"))"
    }
  }

  /// Three decimals where two would round to certainty.
  private static func probability(_ share: Double) -> String {
    let text = ReadableNumber.fixed(share, decimals: (0.005...0.995).contains(share) ? 2 : 3)
    return text == "1.000" ? "above 0.999" : text == "0.000" ? "below 0.001" : text
  }

  private static func sentence(_ text: String) -> String {
    guard let first = text.first else { return text }
    return first.uppercased() + text.dropFirst() + (text.hasSuffix(".") ? "" : ".")
  }
}
