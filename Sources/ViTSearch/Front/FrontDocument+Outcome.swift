public import ViTNumerics

extension FrontDocument {
  /// How a target's winner compares with what it has to beat.
  public struct TargetComparison: Hashable, Sendable, Codable {
    /// The target's label.
    public var target: String
    /// Name of the candidate that is compared.
    public var winner: String
    /// Whether the winner was chosen by other trainings than those compared. If not, it is the best of several by
    /// these very trainings, which favours it.
    public var isChosenBefore: Bool
    /// Names of the baselines that it is compared with, interpolated to its latency; empty where none is as fast.
    public var baselines: [String]
    /// Its accuracy less the baselines'; nil where none is as fast, and for a single seed.
    public var fromBaselines: Difference?
    /// Name of the best that random search found at equal budget; nil where there was no such search.
    public var randomWinner: String?
    /// Its accuracy less the random winner's; nil where that is the same architecture, and for a single seed.
    public var fromRandom: Difference?

    private enum CodingKeys: String, CodingKey {
      case target, winner
      case isChosenBefore = "chosen_before"
      case baselines
      case fromBaselines = "from_baselines"
      case randomWinner = "random_winner"
      case fromRandom = "from_random"
    }
  }

  /// What one way of searching has spent; baselines and the audit do not count.
  public struct Arm: Hashable, Sendable, Codable {
    public enum Name: String, Hashable, Sendable, Codable {
      case search
      case randomSearch = "random-search"
    }
    public var name: Name
    /// Candidates that were trained.
    public var candidates: Int
    /// Images seen in their trainings.
    public var samples: Int
    /// The same in whole trainings.
    public var trainings: Double
  }

  /// Whether short trainings rank candidates as long ones do, by a random sample of candidates that were trained to
  /// the end whatever their rank.
  public struct Audit: Hashable, Sendable, Codable {
    /// Candidates of the sample that came to the end.
    public var count: Int
    /// One for each rung but the last.
    public var rungs: [Rung]
    /// Set where the sample does not show that they do.
    public var warning: String?

    public struct Rung: Hashable, Sendable, Codable {
      /// The share of the training.
      public var share: Double
      /// With the accuracies at the end; nil where the sample is too small or all are equal.
      public var agreement: RankAgreement?
    }
  }

  /// What became of one member on the rungs.
  public struct Trajectory: Hashable, Sendable, Codable {
    public var name: String
    public var role: MemberRole
    public var digest: String
    public var targets: [String]
    public var predictedLatencySeconds: Double
    /// Whether it belongs to the audit's random sample.
    public var isAudited: Bool
    /// Validation accuracies with the search's seed, one for each rung; null where it was not trained or diverged.
    public var accuracies: [Double?]

    private enum CodingKeys: String, CodingKey {
      case name, role, digest, targets
      case predictedLatencySeconds = "predicted_latency_seconds"
      case isAudited = "audited"
      case accuracies
    }
  }
}

/// A difference of two mean accuracies with Welch's 95% interval.
public struct Difference: Hashable, Sendable, Codable {
  public var value: Double
  public var lower: Double
  public var upper: Double
  /// That the true difference is positive.
  public var probability: Double
  /// Of the member with the fewest.
  public var seeds: Int

  public init(_ contrast: MeanContrast, seeds: Int) {
    value = contrast.value
    lower = contrast.lower
    upper = contrast.upper
    probability = contrast.probabilityAboveZero
    self.seeds = seeds
  }
}
