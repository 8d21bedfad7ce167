internal import ViTNumerics
internal import ViTSearch

/// The hypervolume after each finished training.
///
/// In a study that searches, each way of searching has trials and seconds of its own, so that they can be compared at
/// equal cost: the search's candidates (without the audit's further trainings), random search, and the baselines on
/// the rungs. A network counts with the longest of its trainings so far, on the seed that choices rest on, at its
/// predicted latency; the final's fresh seeds are left out. Otherwise all trials are on one axis, and a member counts
/// with the mean over its seeds so far, at the latency that the study ended with.
struct StudyHistory {
  private let front: FrontDocument
  private let records: [TrialRecord]
  private let family: String
  /// Nil where there is nothing that heights could be compared over.
  private let scale: HeightScale?

  /// - Parameters:
  ///   - records: The finished trials, in the order they finished.
  ///   - fronts: All whose history is shown beside it, itself included: they share one scale.
  init(_ front: FrontDocument, _ records: [TrialRecord], family: String, among fronts: [FrontDocument]) {
    self.front = front
    self.records = records
    self.family = family
    scale = HeightScale(fronts, byPrediction: !front.trajectories.isEmpty)
  }

  /// From nothing on; empty where nothing was trained.
  var samples: [ReportContent.HistorySample] {
    guard front.objective == .validationAccuracy, !records.isEmpty, scale != nil else { return [] }
    return front.trajectories.isEmpty ? ofAllMembers : ofSearches
  }

  private var ofSearches: [ReportContent.HistorySample] {
    let latencies = Dictionary(front.trajectories.map { ($0.digest, $0.predictedLatencySeconds) }) { first, _ in first }
    let arms: [(name: String, phase: TrialPhase)] = [
      ("candidates", .search), ("random search", .randomSearch), (family, .baseline),
    ]
    return arms.flatMap { arm -> [ReportContent.HistorySample] in
      let own = records.filter { $0.phase == arm.phase }
      guard !own.isEmpty else { return [] }
      var longest: [String: (rung: Int, accuracy: Double)] = [:]
      var samples = [ReportContent.HistorySample(arm: arm.name, trial: 0, seconds: 0, hypervolume: 0)]
      for record in own {
        let (digest, rung) = (record.identifier.architectureDigest, record.identifier.rung)
        if let accuracy = accuracy(record), rung >= longest[digest]?.rung ?? 0 { longest[digest] = (rung, accuracy) }
        let points = longest.compactMap { digest, training in
          latencies[digest].map { TradeOff(latencySeconds: $0, value: training.accuracy) }
        }
        samples.append(sample(after: samples.last, record, arm.name, points))
      }
      return samples
    }
  }

  private var ofAllMembers: [ReportContent.HistorySample] {
    let entries = Dictionary(front.entries.map { ($0.digest, $0) }) { first, _ in first }
    let arms: [(name: String, roles: Set<MemberRole>)] = [
      ("all members", [.baseline, .candidate, .randomSearch, .both]), ("candidates", [.candidate, .both]),
      ("random search", [.randomSearch, .both]), (family, [.baseline]),
    ]
    let present = arms.filter { arm in front.entries.contains { arm.roles.contains($0.role) } }
    // With one kind of member, all members are those.
    let shown = Set(front.entries.map(\.role)).count > 1 ? present : Array(present.suffix(1))
    return shown.flatMap { arm in
      var accuracies: [String: [Double]] = [:]
      var samples = [ReportContent.HistorySample(arm: arm.name, trial: 0, seconds: 0, hypervolume: 0)]
      for record in records {
        if let accuracy = accuracy(record) {
          accuracies[record.identifier.architectureDigest, default: []].append(accuracy)
        }
        let points = accuracies.compactMap { digest, accuracies -> TradeOff? in
          guard let entry = entries[digest], arm.roles.contains(entry.role) else { return nil }
          return Statistics.mean(accuracies).map { TradeOff(latencySeconds: entry.latencySeconds, value: $0) }
        }
        samples.append(sample(after: samples.last, record, arm.name, points))
      }
      return samples
    }
  }

  private func accuracy(_ record: TrialRecord) -> Double? {
    record.outcome.state == .completed && record.outcome.validationAccuracy.isFinite
      ? record.outcome.validationAccuracy : nil
  }

  private func sample(
    after previous: ReportContent.HistorySample?, _ record: TrialRecord, _ arm: String, _ points: [TradeOff]
  ) -> ReportContent.HistorySample {
    let duration = record.outcome.durationSeconds
    return ReportContent.HistorySample(
      arm: arm, trial: (previous?.trial ?? 0) + 1,
      seconds: (previous?.seconds ?? 0) + (duration.isFinite ? max(duration, 0) : 0),
      hypervolume: scale?.height(of: points) ?? 0)
  }
}
