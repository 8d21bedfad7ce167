public import ViTSearch

/// Everything that a report says of one study, as plain values.
///
/// What a study cannot tell is nil or empty, and the report leaves that part out. Latencies are seconds for one batch,
/// accuracies top-1 from 0 to 1.
public struct ReportContent: Hashable, Sendable, Codable {
  /// Distinguishes the study from the others on the page.
  public var study: String
  public var objective: FrontDocument.Objective
  /// What the baselines are called together, such as "DeiT".
  public var baselineFamily: String
  /// What was found, in sentences, the most important first.
  public var answers: [String]
  /// What the reader should know before believing it, in sentences.
  public var warnings: [String]
  public var provenance: [Fact]
  /// Under which conditions latencies were measured; nil when they are predictions.
  public var latencyConditions: LatencyConditions?
  public var targets: [ResolvedTarget]
  /// By ascending latency.
  public var points: [Point]
  public var history: [HistorySample]
  public var rungs: RungAudit?
  public var latencyChecks: [LatencyCheck]
  public var profiles: [Profile]

  public init(
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
  public struct Fact: Hashable, Sendable, Codable {
    public var name: String
    public var text: String

    public init(_ name: String, _ text: String) {
      self.name = name
      self.text = text
    }
  }

  private enum CodingKeys: String, CodingKey {
    case study, objective
    case baselineFamily = "baseline_family"
    case answers, warnings, provenance
    case latencyConditions = "latency_conditions"
    case targets, points, history, rungs
    case latencyChecks = "latency_checks"
    case profiles
  }
}
