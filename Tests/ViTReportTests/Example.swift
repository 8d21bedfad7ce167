import Foundation
import ViTArchitecture
import ViTSearch

/// A small front document, written down member by member.
enum Example {
  struct Member {
    var name: String
    var isBaseline = false
    var isRandom = false
    var isOnFront = false
    var isWinner = false
    var milliseconds: Double
    var accuracy: [Double]
    var targets: [String] = []
    var probability: Double?
    var difference: Difference?
  }

  static let members = [
    Member(
      name: "nvit-0.25x-1a2b3c4d", isOnFront: true, milliseconds: 5.1, accuracy: [0.801, 0.806, 0.799],
      targets: ["0.25x"]),
    Member(name: "nvit-0.25x-77aa00ff", milliseconds: 5.3, accuracy: [0.772, 0.781, 0.765], targets: ["0.25x"]),
    Member(name: "DeiT-32", isBaseline: true, milliseconds: 6.2, accuracy: [0.79, 0.795, 0.788]),
    Member(
      name: "nvit-0.5x-0badcafe", isOnFront: true, milliseconds: 10.2, accuracy: [0.835, 0.829, 0.838],
      targets: ["0.5x"], probability: 0.9731),
    Member(
      name: "nvit-0.5x-12345678", milliseconds: 10.0, accuracy: [0.811, 0.815, 0.803], targets: ["0.5x"],
      probability: 0.41),
    Member(name: "DeiT-48", isBaseline: true, milliseconds: 11.9, accuracy: [0.823, 0.82, 0.83]),
    Member(name: "DeiT-64", isBaseline: true, isOnFront: true, milliseconds: 20.4, accuracy: [0.847, 0.851, 0.844]),
  ]

  /// - Parameter isTrained: Otherwise as a search without training gives it.
  static func front(
    _ members: [Member] = members, study: String = "quickstart", isTrained: Bool = true, notes: [String] = [],
    answers: [String] = []
  ) throws -> FrontDocument {
    let document: [String: Any] = [
      "schema": "nvit.front/3", "study": study, "latency_source": "a model fitted to 60 measurements",
      "objective": isTrained ? "validation_accuracy" : "multiply_accumulates", "notes": notes,
      "answers": answers, "comparisons": [Any](), "arms": [Any](), "rungs": [1], "trajectories": [Any](),
      "targets": [["label": "0.25x", "seconds": 5.2e-3], ["label": "0.5x", "seconds": 10.3e-3]],
      "hypervolumes": [
        "lower_latency_seconds": 6.2e-3, "upper_latency_seconds": 10.2e-3, "reference_value": isTrained ? 0.75 : 0,
        "front": isTrained ? 0.08 : 9e6, "candidates": isTrained ? 0.075 : 8e6, "baselines": isTrained ? 0.06 : 7e6,
        "candidates_ratio": ["value": 1.25],
      ] as [String: Any],
      "entries": try members.map { try entry($0, isTrained: isTrained) },
    ]
    return try JSONDecoder().decode(FrontDocument.self, from: JSONSerialization.data(withJSONObject: document))
  }

  private static func entry(_ member: Member, isTrained: Bool) throws -> [String: Any] {
    let architecture = Architecture.deitTiny()
    var entry: [String: Any] = [
      "name": member.name, "role": member.isBaseline ? "baseline" : member.isRandom ? "random-search" : "candidate",
      "on_front": member.isOnFront,
      "winner": member.isWinner,
      "digest": "d-\(member.name)", "targets": member.targets, "values": member.isBaseline ? [:] : ["rule.mlp": 2.5],
      "parameters": 123_456, "multiply_accumulates": Int(exactly: (member.milliseconds * 1e6).rounded()) ?? 0,
      "failed_trials": 0,
      "predicted_latency": ["seconds": member.milliseconds * 0.98e-3, "uncertainty_seconds": 1e-4],
      "architecture": try JSONSerialization.jsonObject(with: Data(architecture.canonicalJSON.utf8)),
    ]
    if let probability = member.probability { entry["probability_above_baselines"] = probability }
    if let difference = member.difference {
      entry["from_baselines"] = try JSONSerialization.jsonObject(with: JSONEncoder().encode(difference))
    }
    guard isTrained else { return entry }
    entry["measured_latency"] =
      [
        "seconds": member.milliseconds * 1e-3, "lower_seconds": member.milliseconds * 0.99e-3,
        "upper_seconds": member.milliseconds * 1.01e-3, "repetitions": 20, "warmups": 2,
        "conditions": [
          "device": "Some CPU @ 2.10GHz", "engine": "nvit", "batch_size": 64, "threads": 2, "precision": "float32",
          "date": "2026-01-01T00:00:00Z",
        ] as [String: Any],
      ] as [String: Any]
    let trials = member.accuracy.enumerated().map { AccuracySummary.Trial(seed: UInt64($0), accuracy: $1) }
    if let summary = AccuracySummary(trials) {
      entry["validation"] = try JSONSerialization.jsonObject(with: JSONEncoder().encode(summary))
    }
    return entry
  }
}
