internal import ViTLatency
internal import ViTNumerics

extension FrontAnswers {
  /// A sentence on what serves each target, and one on the hypervolumes, where there is no winner to speak of.
  static func served(_ front: FrontDocument) -> [String] {
    let family = familyName(front.entries.filter { $0.role == .baseline }.map(\.name))
    var sentences = front.targets.sorted { $0.seconds < $1.seconds }.map { served($0, front) }
    if let volume = front.hypervolume, let ratio = volume.candidatesRatio {
      sentences.append(
        "Hypervolume from \(ReadableNumber.latency(volume.lowerLatencySeconds)) to "
          + "\(ReadableNumber.latency(volume.upperLatencySeconds)): that of the candidates is "
          + "\(ReadableNumber.percentage(ratio.value, decimals: 1)) of \(family)'s.")
    }
    return sentences
  }

  private static func served(_ target: ResolvedTarget, _ front: FrontDocument) -> String {
    let place = "\(place(target.label)) (\(ReadableNumber.latency(target.seconds)))"
    let members = front.members(serving: target)
    let candidates = members.filter(\.role.isOfSearch)
    if let best = candidates.max(by: { $0.value(front.objective) < $1.value(front.objective) }) {
      return "\(place), \(best.name) reaches \(value(best, front.objective))\(miss(best, target))."
    }
    guard let other = members.last else { return "\(place), no member of the front is fast enough." }
    return "\(place), no candidate is on the front; the best that is no slower is \(other.name), with "
      + "\(value(other, front.objective))."
  }

  private static func miss(_ entry: FrontEntry, _ target: ResolvedTarget) -> String {
    (entry.misses ?? []).first { $0.target == target.label }.map { "; it \($0.text)" } ?? ""
  }

  private static func value(_ entry: FrontEntry, _ objective: FrontDocument.Objective) -> String {
    switch objective {
    case .multiplyAccumulates: "\(ReadableNumber.count(Double(entry.multiplyAccumulates))) multiply-accumulates"
    case .validationAccuracy: "\(percent(entry.validation)), \(seeds(entry.validation?.trials.count ?? 0))"
    }
  }
}
