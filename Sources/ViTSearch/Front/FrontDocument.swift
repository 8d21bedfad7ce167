internal import ViTFiles
package import ViTLatency
internal import ViTNumerics

/// The outcome of a study, as `pareto.json` holds it: the members of its final, and which of them are on the front.
package struct FrontDocument: Hashable, Sendable, SchemaDocument {
  package static let schemas = ["nvit.front/3", "nvit.front/2"]

  /// What the front trades against latency.
  package enum Objective: String, Hashable, Sendable, Codable {
    /// Mean top-1 accuracy on the validation split, over the seeds.
    case validationAccuracy = "validation_accuracy"
    /// Multiply-accumulates for one image: a stand-in for capacity when nothing was trained, not for accuracy.
    case multiplyAccumulates = "multiply_accumulates"
  }

  package var schema = FrontDocument.currentSchema
  /// What was found, in sentences.
  package var answers: [String] = []
  /// What the reader should know before believing the sentences; nil in a document of an earlier version. See
  /// `FrontAnswers.warnings`.
  package var warnings: [String]?
  package var study: String
  package var objective: Objective
  /// Where predicted latencies come from, in words.
  package var latencySource: String
  /// Where they were measured: relative ones are multiples of the baseline's latency of the same series.
  package var targets: [ResolvedTarget]
  /// Nil where the ways of searching and the baselines have no range of latencies in common.
  package var hypervolume: Hypervolume?
  /// How many comparisons the corrected probabilities answer for; nil in a document of an earlier version, and where
  /// nothing was trained.
  package var comparisonCount: Int?
  /// Nil where no member has two seeds.
  package var seedDeviation: SeedDeviation?
  /// How many images accuracies are shares of; nil where that is not known.
  package var images: ImageCounts?
  /// One for each target that has a winner; empty when nothing was trained.
  package var comparisons: [TargetComparison] = []
  /// Name of the member at the front's knee; nil where it has none. See `KneePoint`.
  package var knee: String?
  /// What the search and random search spent; empty where nothing was searched by training.
  package var arms: [Arm] = []
  /// The shares of the recipe's steps at which candidates were compared.
  package var rungs: [Double] = [1]
  /// Nil where the study has none.
  package var audit: Audit?
  /// By ascending latency; what the final trained, on the front or not.
  package var entries: [FrontEntry]
  /// All members on the search's rungs; empty for a study without.
  package var trajectories: [Trajectory] = []
  /// What the reader should know, such as trainings that failed.
  package var notes: [String]

  private enum CodingKeys: String, SnakeCaseKey {
    case schema, answers, warnings, study, objective, latencySource, targets
    // Version 2 had other areas under `hypervolume`.
    case hypervolume = "hypervolumes", comparisonCount, seedDeviation, images
    case comparisons, knee, arms, rungs, audit, entries, trajectories, notes
  }
}

extension FrontDocument {
  /// Whether an earlier version wrote it, whose sentences know neither of other comparisons nor of errors but the seeds'.
  package var isOfEarlierVersion: Bool { !comparisons.isEmpty && comparisonCount == nil }

  /// The members on the front, by ascending latency.
  package var front: [FrontEntry] { entries.filter(\.isOnFront) }

  /// The member of the final with the given name.
  package func entry(named name: String) -> FrontEntry? { entries.first { $0.name == name } }

  /// How much slower the machine was when the members were measured than when the latency model was: the median of
  /// measured over predicted latency of the baselines; nil where nothing was measured.
  package var drift: Double? {
    Statistics.median(
      entries.filter { $0.role == .baseline }.compactMap { entry in
        entry.measuredLatency.map { $0.seconds / entry.predictedLatency.seconds }
      })
  }

  /// The members of the front that serve a target: those chosen for it, or, if they are all dominated, the best member
  /// that is no slower than the target.
  ///
  /// A member chosen for a target can measure slower than the target, by the error of the prediction that chose it.
  package func members(serving target: ResolvedTarget) -> [FrontEntry] {
    let chosen = front.filter { $0.targets.contains(target.label) }
    return chosen.isEmpty ? front.filter { $0.latencySeconds <= target.seconds }.suffix(1) : chosen
  }

  /// The target that a text such as "0.5x" or "12ms" means: by its label, or by an equal number and unit.
  package func target(matching text: String) -> ResolvedTarget? {
    func normalised(_ text: String) -> String {
      let plain = text.lowercased().filter { !$0.isWhitespace }
      let number = plain.prefix { $0.isNumber || $0 == "." || $0 == "-" }
      let unit = plain.dropFirst(number.count)
      guard let value = Double(number) else { return plain }
      let scale = ["ms": 1e3, "us": 1e6, "µs": 1e6, "s": 1][unit]
      return scale.map { ReadableNumber.significant(value / $0 * 1e6) + "us" }
        ?? ReadableNumber.significant(value) + unit
    }
    return targets.first { $0.label == text } ?? targets.first { normalised($0.label) == normalised(text) }
  }
}
