internal import ViTFiles

extension FrontDocument {
  /// How a target's winner compares with what it has to beat.
  package struct TargetComparison: Hashable, Sendable, Codable {
    /// The target's label.
    package var target: String
    /// Name of the candidate that is compared.
    package var winner: String
    /// Whether the winner was chosen by other trainings than those compared. If not, it is the best of several by
    /// these very trainings, which favours it.
    package var isChosenBefore: Bool
    /// Names of the baselines that it is compared with, interpolated to its latency; empty where none is as fast.
    package var baselines: [String]
    /// Its accuracy less the baselines'; nil where none is as fast, and for a single seed.
    package var fromBaselines: Difference?
    /// Name of the best that random search found at equal budget; nil where there was no such search.
    package var randomWinner: String?
    /// Its accuracy less the random winner's, both brought to one latency along the fitted front; nil where that is the
    /// same architecture, for single seeds, and where no front can be fitted.
    package var fromRandom: Difference?

    private enum CodingKeys: String, SnakeCaseKey {
      case target, winner, isChosenBefore = "chosen_before", baselines, fromBaselines, randomWinner, fromRandom
    }
  }

  /// What one way of searching has spent; baselines and the audit do not count.
  package struct Arm: Hashable, Sendable, Codable {
    package enum Name: String, Hashable, Sendable, Codable {
      case search
      case randomSearch = "random-search"
    }
    package var name: Name
    /// Candidates that were trained.
    package var candidates: Int
    /// Images seen in their trainings.
    package var samples: Int
    /// The same in whole trainings.
    package var trainings: Double
  }

  /// Whether short trainings rank candidates as long ones do, by a random sample of candidates that were trained to
  /// the end whatever their rank.
  package struct Audit: Hashable, Sendable, Codable {
    /// Candidates of the sample that came to the end.
    package var count: Int
    /// One for each rung but the last.
    package var rungs: [Rung]
    /// Set where the sample does not show that they do.
    package var warning: String?

    package struct Rung: Hashable, Sendable, Codable {
      /// The share of the training.
      package var share: Double
      /// With the accuracies at the end; nil where the sample is too small or all are equal.
      package var agreement: RankAgreement?
    }
  }

  /// What became of one member on the rungs.
  package struct Trajectory: Hashable, Sendable, Codable {
    package var name: String
    package var role: MemberRole
    package var digest: String
    package var targets: [String]
    package var predictedLatencySeconds: Double
    /// Whether it belongs to the audit's random sample.
    package var isAudited: Bool
    /// Validation accuracies with the search's seed, one for each rung; null where it was not trained or diverged.
    package var accuracies: [Double?]

    private enum CodingKeys: String, SnakeCaseKey {
      case name, role, digest, targets, predictedLatencySeconds, isAudited = "audited", accuracies
    }
  }
}
