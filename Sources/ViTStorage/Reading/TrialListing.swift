internal import ViTFiles
internal import ViTSearch

/// The trials of a study in the order wanted.
package struct TrialListing {
  package enum Order: String, CaseIterable, Sendable {
    /// As they finished.
    case finished
    /// The best first.
    case accuracy, loss
    /// The fastest member first.
    case latency
    /// The shortest training first.
    case duration
    case name
  }

  package struct Row: Encodable {
    package var name: String
    package var digest: String
    package var seed: UInt64
    package var rung: Int
    package var phase: String?
    package var state: String
    package var attempts: Int
    /// Measured if known, else predicted, for one batch.
    package var latencySeconds: Double?
    package var validationAccuracy: Double?
    package var validationLoss: Double?
    package var trainingLoss: Double?
    package var samplesSeen: Int?
    package var durationSeconds: Double?
    package var imagesPerSecond: Double?
    package var finished: String?
    package var reason: String?

    private enum CodingKeys: String, SnakeCaseKey {
      case name, digest, seed, rung, phase, state, attempts, latencySeconds, validationAccuracy, validationLoss
      case trainingLoss, samplesSeen, durationSeconds, imagesPerSecond, finished, reason
    }
  }

  package let rows: [Row]

  package init(_ database: StudyDatabase, order: Order, limit: Int?) throws {
    let latencies = Dictionary(try database.leaderboard().map { ($0.digest, $0.latencySeconds) }) { first, _ in first }
    let finished = Dictionary(try database.records().enumerated().map { ($1.identifier, $0) }) { first, _ in first }
    let rows = try database.trials()
      .sorted { (finished[$0.identifier] ?? .max) < (finished[$1.identifier] ?? .max) }
      .map { Row($0, latency: latencies[$0.identifier.architectureDigest] ?? nil) }
    self.rows = Array(TrialListing.sorted(rows, order).prefix(limit ?? rows.count))
  }

  /// Equal rows stay in the order they finished; what has no value comes last.
  private static func sorted(_ rows: [Row], _ order: Order) -> [Row] {
    func byNumber(_ key: (Row) -> Double?) -> [Row] {
      rows.enumerated().map { (key: key($1) ?? .infinity, index: $0, row: $1) }
        .sorted { ($0.key, $0.index) < ($1.key, $1.index) }.map(\.row)
    }
    switch order {
    case .finished: return rows
    case .accuracy: return byNumber { row in row.validationAccuracy.map { -$0 } }
    case .loss: return byNumber(\.validationLoss)
    case .latency: return byNumber(\.latencySeconds)
    case .duration: return byNumber(\.durationSeconds)
    case .name:
      return rows.enumerated().sorted { ($0.element.name, $0.offset) < ($1.element.name, $1.offset) }.map(\.element)
    }
  }
}

extension TrialListing.Row {
  fileprivate init(_ trial: StoredTrial, latency: Double?) {
    let outcome = trial.record?.outcome
    func known(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
    var (state, reason): (String, String?) = ("begun", nil)
    switch outcome?.state {
    case .completed: state = "completed"
    case .failed(let step, let text): (state, reason) = ("failed", "step \(step): \(text)")
    case nil: break
    }
    self.init(
      name: trial.name, digest: trial.identifier.architectureDigest, seed: trial.identifier.seed,
      rung: trial.identifier.rung, phase: trial.record?.phase.rawValue, state: state, attempts: trial.attempts,
      latencySeconds: latency, validationAccuracy: outcome?.state == .completed ? outcome?.validationAccuracy : nil,
      validationLoss: known(outcome?.validationLoss), trainingLoss: known(outcome?.trainingLoss),
      samplesSeen: outcome?.samplesSeen, durationSeconds: known(outcome?.durationSeconds),
      imagesPerSecond: known(outcome?.imagesPerSecond), finished: trial.finished, reason: reason)
  }
}
