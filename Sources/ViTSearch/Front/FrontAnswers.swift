internal import ViTNumerics

/// What a study found, in words, whichever way it came out.
package enum FrontAnswers {
  /// What terminal and page say of a front: its own answers; of one that holds none, since nothing was trained or no
  /// target has a winner, what serves its targets.
  package static func sentences(_ front: FrontDocument) -> [String] {
    front.answers.isEmpty ? served(front) : front.answers
  }

  /// A sentence for each target, one on the hypervolumes, one on the knee, how to read them, and what the audit says.
  static func lines(_ front: FrontDocument) -> [String] {
    guard front.objective == .validationAccuracy else { return served(front) }
    let family = familyName(front.entries.filter { $0.role == .baseline }.map(\.name))
    return front.comparisons.map { sentence($0, front, family) }
      + [hypervolume(front, family), knee(front), reading(front)].compactMap(\.self) + audit(front)
  }

  /// What baselines are called together: what their names begin with, such as "DeiT" for "DeiT-64" and "DeiT-48".
  package static func familyName(_ names: [String]) -> String {
    guard let first = names.first else { return "the baselines" }
    let common = names.dropFirst().reduce(Substring(first)) { name, other in
      name.prefix(zip(name, other).prefix { $0 == $1 }.count)
    }
    let word = common.prefix(while: \.isLetter)
    // As its authors write it.
    if word.lowercased() == "deit" { return "DeiT" }
    return word.count >= 3 ? String(word) : names.count == 1 ? first : "the baselines"
  }

  // MARK: Targets

  private static func sentence(
    _ comparison: FrontDocument.TargetComparison, _ front: FrontDocument, _ family: String
  ) -> String {
    let entry = front.entry(named: comparison.winner)
    let winner = comparison.winner + latency(entry)
    let accuracy = entry?.validation
    var text = "\(place(comparison.target)) "
    if let difference = comparison.fromBaselines {
      text += verdict(difference, of: winner, over: family) + numbers(difference)
    } else {
      text += "\(winner) reaches \(percent(accuracy)), \(seeds(accuracy?.trials.count ?? 0))"
      text += comparison.baselines.isEmpty ? "; no baseline is as fast" : ": too few to compare it with \(family)"
    }
    if !comparison.isChosenBefore {
      let count = front.entries.count { $0.role.isOfSearch && $0.targets.contains(comparison.target) }
      if count > 1 { text += " (the best of \(count) by these very trainings, which favours it)" }
    }
    return text + random(comparison, front) + "."
  }

  private static func random(_ comparison: FrontDocument.TargetComparison, _ front: FrontDocument) -> String {
    guard let name = comparison.randomWinner else { return "" }
    guard name != comparison.winner else { return "; random search at equal budget finds the same architecture" }
    let entry = front.entry(named: name)
    let text =
      "; random search at equal budget finds \(name)\(latency(entry)) with \(percent(entry?.validation))"
    guard let difference = comparison.fromRandom else { return text }
    // What was not adjusted was found at one latency.
    let place = difference.adjustment == 0 ? "" : " at equal latency"
    guard difference.isDecided else {
      return "\(text): undecided which of the two is better\(place), "
        + "\(points(difference.value, signed: true))\(numbers(difference))"
    }
    let verdict = difference.value > 0 ? "the search's beats it by" : "it beats the search's by"
    return "\(text): \(verdict) \(points(abs(difference.value)))\(place)\(numbers(difference))"
  }

  private static func latency(_ entry: FrontEntry?) -> String {
    entry.map { entry in
      let misses = (entry.misses ?? []).map { "; it \($0.text)" }.joined()
      return " (\(ReadableNumber.latency(entry.latencySeconds))\(misses))"
    } ?? ""
  }

  private static func verdict(_ difference: Difference, of winner: String, over family: String) -> String {
    guard difference.isDecided else {
      return "it is undecided whether \(winner) beats \(family): \(points(difference.value, signed: true))"
    }
    return "\(winner) \(difference.value > 0 ? "beats" : "loses to") \(family) by \(points(abs(difference.value)))"
  }

  /// " [0.4, 1.5], P = 0.998, 5 seeds, on test images +0.8"; the interval of a loss is that of the loss.
  private static func numbers(_ difference: Difference) -> String {
    let isLoss = difference.isDecided && difference.value < 0
    let shown = isLoss ? difference.estimate.negated : difference.estimate
    let test = difference.test.map { "on test images \(points(isLoss ? -$0 : $0, signed: true))" }
    return [
      shown.interval.map { " \($0.bracketed(tenths))" } ?? "",
      probability(difference.probability, corrected: difference.corrected), seeds(difference.seeds), test,
    ].compactMap(\.self).joined(separator: ", ")
  }

  static func place(_ label: String) -> String {
    let parts = label.split(separator: " of ", maxSplits: 1)
    guard let first = parts.first, first.hasSuffix("x") else { return "At \(label)" }
    return "At \(first) latency" + (parts.count > 1 ? " of \(parts[1])" : "")
  }

  // MARK: The whole front

  private static func hypervolume(_ front: FrontDocument, _ family: String) -> String? {
    guard let volume = front.hypervolume, let candidates = volume.candidatesRatio else { return nil }
    func share(_ ratio: Estimate) -> String { ratio.bracketed(unit: "%", tenths) }
    var parts = ["the search's winners \(share(candidates))"]
    if let random = volume.randomSearchRatio { parts.append("random search's \(share(random))") }
    let orders = [
      volume.aboveBaselines.map { "above \(family)'s with \(order($0))" },
      volume.aboveRandomSearch.map { "above random search's with \(order($0))" },
    ].compactMap(\.self)
    return "Hypervolume from \(ReadableNumber.latency(volume.lowerLatencySeconds)) to "
      + "\(ReadableNumber.latency(volume.upperLatencySeconds)), as a share of \(family)'s: "
      + parts.joined(separator: ", ") + (orders.isEmpty ? "" : "; ") + orders.joined(separator: ", ") + "."
  }

  private static func order(_ order: FrontDocument.Hypervolume.Order) -> String {
    probability(order.probability, corrected: order.corrected) + (order.isDecided ? "" : ", undecided")
  }

  /// What P and intervals hold, once for all sentences.
  private static func reading(_ front: FrontDocument) -> String? {
    guard let count = front.comparisonCount, count > 0, let deviation = front.seedDeviation else { return nil }
    let differences = front.entries.compactMap(\.fromBaselines) + front.comparisons.compactMap(\.fromRandom)
    let sources = differences.reduce(into: ErrorSources()) { sources, difference in
      if case .sources(let own, _)? = difference.estimate.interval?.covers { sources.formUnion(own) }
    }
    let covered = [
      "seeds (deviation \(points(deviation.value, decimals: 2)), pooled over "
        + "\(ReadableNumber.count(deviation.members, "member")))",
      sources.contains(.latency) ? "latency" : nil, sources.contains(.slope) ? "the adjustment to one latency" : nil,
      sources.contains(.images)
        ? front.images.map { "the choice of \($0.validation) validation images" } : nil,
    ].compactMap(\.self)
    var text =
      "P in parentheses is corrected for all \(ReadableNumber.count(count, "comparison")) of the study (Holm) and decides; "
      + "P before it and 95% intervals are each comparison's own, and the intervals cover \(list(covered))."
    if front.comparisons.contains(where: { $0.fromRandom != nil }) {
      text +=
        " What is compared are the networks found: one search and one random search say little of which finds better "
        + "ones as a rule."
    }
    return text
  }

  private static func list(_ parts: [String]) -> String {
    parts.count < 2
      ? parts.joined() : parts.dropLast().joined(separator: ", ") + " and " + (parts.last ?? "")
  }

  private static func knee(_ front: FrontDocument) -> String? {
    guard let entry = front.knee.flatMap({ front.entry(named: $0) }) else { return nil }
    return "The front's knee, after which latency buys less, is \(entry.name): "
      + "\(ReadableNumber.latency(entry.latencySeconds)), \(percent(entry.validation))."
  }

  // MARK: The audit

  private static func audit(_ front: FrontDocument) -> [String] {
    guard let audit = front.audit else { return [] }
    return audit.warning.map { ["WARNING: \($0)"] }
      ?? ["Audit: short trainings rank candidates as long ones do: \(agreements(audit))."]
  }

  /// "after 11% of the training, Kendall's tau is 0.63 [0.21, 0.88]; …, over 9 random candidates".
  static func agreements(_ audit: FrontDocument.Audit) -> String {
    let parts = audit.rungs.map { rung in
      let tau = rung.agreement?.tau.bracketed { ReadableNumber.fixed($0, decimals: 2) }
      return "\(tau ?? "unknown") after \(ReadableNumber.percent(rung.share, decimals: 0))% of the training"
    }
    let candidates = ReadableNumber.count(audit.count, "random candidate")
    return "Kendall's tau within targets is \(parts.joined(separator: ", ")), over \(candidates)"
  }

  /// A tau with which halving still serves: three pairs of candidates in four are in the right order.
  private static let fairAgreement = 0.5

  /// Says what the audit does not show; nil where it shows that every rung ranks better than chance.
  static func warning(_ audit: FrontDocument.Audit) -> String? {
    guard audit.rungs.contains(where: { !($0.agreement?.isPositive ?? false) }) else { return nil }
    let found = audit.rungs.compactMap(\.agreement)
    let claim =
      if found.contains(where: { $0.tau.value <= 0 && $0.tau.upper ?? 1 < fairAgreement }) {
        "short trainings do not rank candidates as long ones do, so halving chose no better than chance"
      } else if found.contains(where: { $0.tau.value <= 0 }) {
        "no sign that short trainings rank candidates as long ones do, so halving may have chosen by chance"
      } else {
        "the audit cannot tell whether short trainings rank candidates better than chance"
      }
    return "\(claim): \(agreements(audit)); give the first rungs more training, or audit more candidates"
  }

  // MARK: Numbers

  private static func tenths(_ share: Double) -> String { ReadableNumber.percent(share, decimals: 1) }

  private static func points(_ share: Double, signed: Bool = false, decimals: Int = 1) -> String {
    "\(signed && share >= 0 ? "+" : "")\(ReadableNumber.percent(share, decimals: decimals)) points"
  }

  /// "P = 0.998 (0.981)", the second corrected for all comparisons of the study.
  private static func probability(_ value: Double, corrected: Double?) -> String {
    func text(_ value: Double) -> String {
      value > 0.9995 ? "> 0.999" : value < 0.0005 ? "< 0.001" : ReadableNumber.fixed(value, decimals: 3)
    }
    let own = text(value)
    return "P \(own.first?.isNumber == true ? "= " : "")\(own)" + (corrected.map { " (\(text($0)))" } ?? "")
  }

  static func percent(_ summary: AccuracySummary?) -> String {
    summary?.accuracy.plusMinus(unit: "%", tenths) ?? "nothing"
  }

  static func seeds(_ count: Int) -> String { ReadableNumber.count(count, "seed") }
}
