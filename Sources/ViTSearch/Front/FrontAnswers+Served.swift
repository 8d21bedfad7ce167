internal import ViTLatency
internal import ViTNumerics

extension FrontAnswers {
  /// A sentence on what serves each target, and one on the hypervolumes, where there is no winner to speak of.
  static func served(_ front: FrontDocument) -> [String] {
    let family = familyName(front.entries.filter { $0.role == .baseline }.map(\.name))
    let volume = front.hypervolume
    var sentences = front.targets.sorted { $0.seconds < $1.seconds }.map { served($0, front) }
    if volume.front > 0, volume.candidates.value > 0, volume.baselines.value > 0 {
      func share(_ area: Estimate) -> String {
        ReadableNumber.percentage(area.value / volume.front, decimals: 1)
      }
      sentences.append(
        "Of the hypervolume that all members cover, candidates alone cover \(share(volume.candidates)), \(family) alone "
          + "\(share(volume.baselines)).")
    }
    return sentences
  }

  private static func served(_ target: ResolvedTarget, _ front: FrontDocument) -> String {
    let place = "\(place(target.label)) (\(ReadableNumber.latency(target.seconds)))"
    let members = front.members(serving: target)
    let candidates = members.filter { $0.role == .candidate }
    if let best = candidates.max(by: { $0.value(front.objective) < $1.value(front.objective) }) {
      return "\(place), \(best.name) reaches \(value(best, front.objective))."
    }
    guard let other = members.last else { return "\(place), no member of the front is fast enough." }
    return "\(place), no candidate is on the front; the best that is no slower is \(other.name), with "
      + "\(value(other, front.objective))."
  }

  private static func value(_ entry: FrontEntry, _ objective: FrontDocument.Objective) -> String {
    switch objective {
    case .multiplyAccumulates: "\(ReadableNumber.count(Double(entry.multiplyAccumulates))) multiply-accumulates"
    case .validationAccuracy: "\(percent(entry.validation)), \(seeds(entry.validation?.trials.count ?? 0))"
    }
  }

  /// That the machine has changed since the latency model was made; nil where it has not, or nothing was measured.
  package static func drift(_ front: FrontDocument) -> String? {
    front.drift.flatMap { drift in
      guard abs(drift - 1) > 0.1 else { return nil }
      return "the machine took \(ReadableNumber.fixed(drift, decimals: 2)) times as long for the baselines as when the "
        + "latency model was measured, so compare measured with measured"
    }
  }
}
