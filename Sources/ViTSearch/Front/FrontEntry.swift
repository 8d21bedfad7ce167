package import ViTArchitecture
internal import ViTFiles
package import ViTLatency
package import ViTNumerics

/// One member of a study with all that is known of it.
package struct FrontEntry: Hashable, Sendable, Codable {
  package var name: String
  package var role: MemberRole
  package var isOnFront = false
  /// Whether the search chose it for a target; random search's choices are known by their role.
  package var isWinner = false
  package var digest: String
  /// Labels of the targets it was chosen for.
  package var targets: [String]
  /// The open numbers' values, by name.
  package var values: [String: Double]
  package var parameters: Int
  /// For one image.
  package var multiplyAccumulates: Int
  @PredictedSeconds package var predictedLatency: Estimate
  /// Nil when this device cannot speak for the latencies, as with an imported table.
  package var measuredLatency: LatencyRecord?
  /// The targets that it was chosen for and measured too far from; nil where it misses none, or was not measured.
  package var misses: [TargetMiss]?
  /// Nil when nothing was trained, or no training was completed.
  package var validation: AccuracySummary?
  /// Only for members on the front, those chosen for a target and baselines.
  package var test: AccuracySummary?
  /// Probability that its accuracy is above the baselines' at its latency, by this comparison alone; see
  /// `BaselineComparison`, and `Difference.corrected`. Nil for baselines and where there is nothing to compare with.
  package var probabilityAboveBaselines: Double?
  /// The difference that the probability is of.
  package var fromBaselines: Difference?
  package var failedTrials = 0
  /// Names of the files within the study folder; nil where there is none.
  package var configFile: String?
  package var weightsFile: String?
  package var architecture: Architecture

  /// Measured if known, else predicted; seconds for one batch.
  package var latencySeconds: Double { measuredLatency?.seconds ?? predictedLatency.seconds }

  private enum CodingKeys: String, SnakeCaseKey {
    case name, role, isOnFront = "on_front", isWinner = "winner", digest, targets, values, parameters
    case multiplyAccumulates, predictedLatency, measuredLatency, misses, validation, test, probabilityAboveBaselines
    case fromBaselines, failedTrials, configFile, weightsFile, architecture
  }
}
