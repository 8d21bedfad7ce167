internal import ViTNumerics

extension FrontAnswers {
  /// What the reader should know before believing the sentences; said wherever they are.
  package static func warnings(_ front: FrontDocument) -> [String] {
    var warnings = front.notes
    warnings += misses(front)
    if let warning = front.audit?.warning, !warnings.contains(warning) { warnings.append(warning) }
    if let drift = drift(front) { warnings.append(drift) }
    if let homogeneity = front.seedDeviation?.homogeneity, homogeneity < ComparedMembers.homogeneityLimit {
      warnings.append(
        "the seeds of some members spread otherwise than those of others (Bartlett's P = "
          + "\(ReadableNumber.significant(homogeneity))); those that spread more count with their own deviation")
    }
    let isChosenBefore = !front.comparisons.isEmpty && front.comparisons.allSatisfy(\.isChosenBefore)
    if !isChosenBefore, front.entries.contains(where: { $0.probabilityAboveBaselines != nil }) {
      warnings.append(
        "each target's winner is the best of its candidates by the trainings that are reported, which favours it; P is "
          + "corrected for all candidates that were compared, the differences shown are not")
    }
    if front.isOfEarlierVersion {
      warnings.append(
        "an earlier version worked out these sentences, without the errors of latency and images and without a "
          + "correction for several comparisons: nvit report STUDY --recompute works them out anew")
    }
    return warnings
  }

  /// What misses the target that it was chosen for, one for each member and target.
  static func misses(_ front: FrontDocument) -> [String] {
    front.entries.flatMap { entry in (entry.misses ?? []).map { "\(entry.name) \($0.text)" } }
  }

  /// That the machine has changed since the latency model was made; nil where it has not, or nothing was measured.
  static func drift(_ front: FrontDocument) -> String? {
    front.drift.flatMap { drift in
      guard abs(drift - 1) > 0.1 else { return nil }
      return "the machine took \(ReadableNumber.fixed(drift, decimals: 2)) times as long for the baselines as when the "
        + "latency model was measured, so compare measured with measured"
    }
  }
}
