internal import ViTLatency
internal import ViTNumerics
package import ViTSearch

/// Renders a study's outcome for spreadsheets and pandas.
package enum FrontCSV {
  private static let columns: [(name: String, value: @Sendable (FrontEntry) -> String)] = [
    ("name", { $0.name }), ("role", { $0.role.rawValue }), ("on_front", { "\($0.isOnFront)" }),
    ("winner", { "\($0.isWinner)" }),
    ("targets", { $0.targets.joined(separator: " ") }),
    ("predicted_latency_seconds", { "\($0.predictedLatency.seconds)" }),
    ("predicted_latency_uncertainty_seconds", { "\($0.predictedLatency.uncertaintySeconds)" }),
    ("measured_latency_seconds", { CSV.number($0.measuredLatency?.seconds) }),
    ("measured_latency_lower_seconds", { CSV.number($0.measuredLatency?.latency.lower) }),
    ("measured_latency_upper_seconds", { CSV.number($0.measuredLatency?.latency.upper) }),
    ("misses", { ($0.misses ?? []).map(\.text).joined(separator: "; ") }),
    ("parameters", { "\($0.parameters)" }), ("multiply_accumulates", { "\($0.multiplyAccumulates)" }),
    ("seeds", { "\($0.validation?.trials.count ?? 0)" }), ("failed_trials", { "\($0.failedTrials)" }),
    ("validation_accuracy", { CSV.number($0.validation?.mean) }),
    ("validation_half_width", { CSV.number($0.validation?.halfWidth) }),
    ("validation_lower", { CSV.number($0.validation?.accuracy.lower) }),
    ("validation_upper", { CSV.number($0.validation?.accuracy.upper) }),
    ("test_accuracy", { CSV.number($0.test?.mean) }), ("test_half_width", { CSV.number($0.test?.halfWidth) }),
    ("probability_above_baselines", { CSV.number($0.probabilityAboveBaselines) }),
    ("corrected_probability", { CSV.number($0.fromBaselines?.corrected) }),
    ("difference_from_baselines", { CSV.number($0.fromBaselines?.value) }),
    ("difference_lower", { CSV.number($0.fromBaselines?.estimate.lower) }),
    ("difference_upper", { CSV.number($0.fromBaselines?.estimate.upper) }),
    ("difference_on_test", { CSV.number($0.fromBaselines?.test) }),
    ("config_file", { $0.configFile ?? "" }), ("weights_file", { $0.weightsFile ?? "" }), ("digest", { $0.digest }),
  ]

  /// One row for each member, by latency; what is unknown is empty. The study's warnings, the same in every row, and the
  /// open numbers of the rule follow as further columns.
  package static func text(_ front: FrontDocument) -> String {
    let open = Set(front.entries.flatMap(\.values.keys)).sorted()
    let header = columns.map(\.name) + ["warnings"] + open
    let warnings = FrontAnswers.warnings(front).joined(separator: "; ")
    let rows = front.entries.map { entry in
      columns.map { $0.value(entry) } + [warnings] + open.map { CSV.number(entry.values[$0]) }
    }
    return CSV.text([header] + rows)
  }
}
