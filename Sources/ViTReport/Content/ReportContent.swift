internal import ViTLatency
package import ViTSearch

/// Everything that a report says of one study: its front, and what the front does not hold.
///
/// What a study cannot tell is nil or empty, and the report leaves that part out. Latencies are seconds for one batch,
/// accuracies top-1 from 0 to 1.
package struct ReportContent: Hashable, Sendable {
  /// Distinguishes the study from the others on the page.
  package var study: String
  package var front: FrontDocument
  package var provenance: [Fact]
  package var history: [HistorySample]
  package var rungs: RungAudit?

  package init(
    _ front: FrontDocument, study: String, provenance: [Fact] = [], history: [HistorySample] = [],
    rungs: RungAudit? = nil
  ) {
    self.study = study
    self.front = front
    self.provenance = provenance
    self.history = history
    self.rungs = rungs
  }

  /// A line of the provenance, such as "device" and the processor's name.
  package struct Fact: Hashable, Sendable {
    package var name: String
    package var text: String

    package init(_ name: String, _ text: String) {
      self.name = name
      self.text = text
    }
  }
}

extension ReportContent {
  /// What was found, in sentences, the most important first.
  package var answers: [String] { FrontAnswers.sentences(front) }

  /// What the baselines are called together, such as "DeiT".
  package var baselineFamily: String {
    front.entries.allSatisfy { $0.role != .baseline || $0.name.lowercased().hasPrefix("deit") } ? "DeiT" : "baselines"
  }

  /// Under which conditions latencies were measured; nil when they are predictions.
  var latencyConditions: LatencyConditions? { front.entries.lazy.compactMap(\.measuredLatency).first?.conditions }

  /// The members whose dimensions are drawn over the depth: the best candidate for each target, and every baseline.
  package var profiles: [FrontEntry] {
    var chosen: [FrontEntry] = []
    for target in front.targets {
      let candidates = front.members(serving: target).filter(\.role.isOfSearch)
      guard let best = candidates.max(by: { $0.value(front.objective) < $1.value(front.objective) }),
        !chosen.contains(where: { $0.digest == best.digest })
      else { continue }
      chosen.append(best)
    }
    return chosen.isEmpty ? [] : chosen + front.entries.filter { $0.role == .baseline }
  }
}
