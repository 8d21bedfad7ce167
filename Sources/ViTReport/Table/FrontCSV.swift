public import ViTSearch

/// Renders a study's outcome for spreadsheets and pandas.
public enum FrontCSV {
  private static let columns: [(name: String, value: @Sendable (FrontEntry) -> String)] = [
    ("name", { $0.name }), ("role", { $0.role.rawValue }), ("on_front", { "\($0.isOnFront)" }),
    ("winner", { "\($0.isWinner)" }),
    ("targets", { $0.targets.joined(separator: " ") }),
    ("predicted_latency_seconds", { "\($0.predictedLatency.seconds)" }),
    ("predicted_latency_uncertainty_seconds", { "\($0.predictedLatency.uncertaintySeconds)" }),
    ("measured_latency_seconds", { number($0.measuredLatency?.seconds) }),
    ("measured_latency_lower_seconds", { number($0.measuredLatency?.lowerSeconds) }),
    ("measured_latency_upper_seconds", { number($0.measuredLatency?.upperSeconds) }),
    ("parameters", { "\($0.parameters)" }), ("multiply_accumulates", { "\($0.multiplyAccumulates)" }),
    ("seeds", { "\($0.validation?.trials.count ?? 0)" }), ("failed_trials", { "\($0.failedTrials)" }),
    ("validation_accuracy", { number($0.validation?.mean) }),
    ("validation_half_width", { number($0.validation?.halfWidth) }),
    ("test_accuracy", { number($0.test?.mean) }), ("test_half_width", { number($0.test?.halfWidth) }),
    ("probability_above_baselines", { number($0.probabilityAboveBaselines) }),
    ("difference_from_baselines", { number($0.fromBaselines?.value) }),
    ("difference_lower", { number($0.fromBaselines?.lower) }),
    ("difference_upper", { number($0.fromBaselines?.upper) }),
    ("config_file", { $0.configFile ?? "" }), ("weights_file", { $0.weightsFile ?? "" }), ("digest", { $0.digest }),
  ]

  /// RFC 4180 with line feeds: one row for each member, by latency; what is unknown is empty. The open numbers of the
  /// rule follow as further columns.
  public static func text(_ front: FrontDocument) -> String {
    let open = Set(front.entries.flatMap(\.values.keys)).sorted()
    let header = columns.map(\.name) + open
    let rows = front.entries.map { entry in
      columns.map { $0.value(entry) } + open.map { number(entry.values[$0]) }
    }
    return ([header] + rows).map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
  }

  private static func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

  private static func quoted(_ cell: String) -> String {
    // By scalars: a carriage return and a line feed together are one Character.
    guard cell.unicodeScalars.contains(where: { ",\"\n\r".unicodeScalars.contains($0) }) else { return cell }
    return "\"" + cell.replacing("\"", with: "\"\"") + "\""
  }
}
