internal import ViTFiles
package import ViTLatency
package import ViTSearch

/// Everything that a report says of one study, as plain values.
///
/// What a study cannot tell is nil or empty, and the report leaves that part out. Latencies are seconds for one batch,
/// accuracies top-1 from 0 to 1.
package struct ReportContent: Hashable, Sendable, Codable {
  /// Distinguishes the study from the others on the page.
  package var study: String
  package var objective: FrontDocument.Objective
  /// What the baselines are called together, such as "DeiT".
  package var baselineFamily: String
  /// What was found, in sentences, the most important first.
  package var answers: [String]
  /// What the reader should know before believing it, in sentences.
  package var warnings: [String]
  package var provenance: [Fact]
  /// Under which conditions latencies were measured; nil when they are predictions.
  package var latencyConditions: LatencyConditions?
  package var targets: [ResolvedTarget]
  /// By ascending latency.
  package var points: [Point]
  package var history: [HistorySample]
  package var rungs: RungAudit?
  package var latencyChecks: [LatencyCheck]
  package var profiles: [Profile]

  package init(
    study: String, objective: FrontDocument.Objective = .validationAccuracy, baselineFamily: String = "DeiT",
    answers: [String] = [], warnings: [String] = [], provenance: [Fact] = [],
    latencyConditions: LatencyConditions? = nil, targets: [ResolvedTarget] = [], points: [Point] = [],
    history: [HistorySample] = [], rungs: RungAudit? = nil, latencyChecks: [LatencyCheck] = [],
    profiles: [Profile] = []
  ) {
    self.study = study
    self.objective = objective
    self.baselineFamily = baselineFamily
    self.answers = answers
    self.warnings = warnings
    self.provenance = provenance
    self.latencyConditions = latencyConditions
    self.targets = targets
    self.points = points
    self.history = history
    self.rungs = rungs
    self.latencyChecks = latencyChecks
    self.profiles = profiles
  }

  /// A line of the provenance, such as "device" and the processor's name.
  package struct Fact: Hashable, Sendable, Codable {
    package var name: String
    package var text: String

    package init(_ name: String, _ text: String) {
      self.name = name
      self.text = text
    }
  }

  private enum CodingKeys: String, SnakeCaseKey {
    case study, objective, baselineFamily, answers, warnings, provenance, latencyConditions, targets, points
    case history, rungs, latencyChecks, profiles
  }
}
