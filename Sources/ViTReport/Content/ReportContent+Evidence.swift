public import ViTArchitecture

extension ReportContent {
  /// How far a part of the search had come after one of its trials.
  public struct HistorySample: Hashable, Sendable, Codable {
    /// Which part, such as "candidates" or "random search".
    public var arm: String
    /// Finished trials, this one included; 0 for the start.
    public var trial: Int
    /// Training time spent until then, added up over the trainings.
    public var seconds: Double
    /// In seconds times the objective's unit.
    public var hypervolume: Double

    public init(arm: String, trial: Int, seconds: Double, hypervolume: Double) {
      self.arm = arm
      self.trial = trial
      self.seconds = seconds
      self.hypervolume = hypervolume
    }
  }

  /// Trainings by rungs of growing budget, and whether early rungs rank as late ones do.
  public struct RungAudit: Hashable, Sendable, Codable {
    public var trials: [RungTrial]
    /// For each pair of rungs that was compared.
    public var agreements: [RungAgreement]

    public init(trials: [RungTrial], agreements: [RungAgreement]) {
      self.trials = trials
      self.agreements = agreements
    }
  }

  /// One training that climbed the rungs.
  public struct RungTrial: Hashable, Sendable, Codable {
    public var name: String
    public var role: Role
    /// Whether it was trained on whatever its rank, to check the ranking.
    public var isAudit: Bool
    /// From the first rung on.
    public var rungs: [Rung]

    public init(name: String, role: Role, isAudit: Bool, rungs: [Rung]) {
      self.name = name
      self.role = role
      self.isAudit = isAudit
      self.rungs = rungs
    }
  }

  public struct Rung: Hashable, Sendable, Codable {
    /// Images seen in training until then.
    public var samplesSeen: Int
    public var accuracy: Double

    public init(samplesSeen: Int, accuracy: Double) {
      self.samplesSeen = samplesSeen
      self.accuracy = accuracy
    }

    private enum CodingKeys: String, CodingKey {
      case samplesSeen = "samples_seen"
      case accuracy
    }
  }

  /// Kendall's tau between the rankings of two rungs.
  public struct RungAgreement: Hashable, Sendable, Codable {
    /// Images seen at the two rungs.
    public var earlierSamples: Int
    public var laterSamples: Int
    public var tau: Estimate

    public init(earlierSamples: Int, laterSamples: Int, tau: Estimate) {
      self.earlierSamples = earlierSamples
      self.laterSamples = laterSamples
      self.tau = tau
    }

    private enum CodingKeys: String, CodingKey {
      case earlierSamples = "earlier_samples"
      case laterSamples = "later_samples"
      case tau
    }
  }

  /// A model whose latency was both predicted and measured, in seconds.
  public struct LatencyCheck: Hashable, Sendable, Codable {
    public var name: String
    public var role: Role
    public var predicted: Double
    public var measured: Estimate

    public init(name: String, role: Role, predicted: Double, measured: Estimate) {
      self.name = name
      self.role = role
      self.predicted = predicted
      self.measured = measured
    }
  }

  /// An architecture whose dimensions are drawn over the depth.
  public struct Profile: Hashable, Sendable, Codable {
    public var name: String
    public var role: Role
    public var architecture: Architecture

    public init(name: String, role: Role, architecture: Architecture) {
      self.name = name
      self.role = role
      self.architecture = architecture
    }
  }
}
