package import ViTArchitecture
internal import ViTFiles
internal import ViTLatency
package import ViTNumerics

/// Fronts of several studies side by side.
package struct StudyComparison: Hashable, Sendable, Encodable {
  /// A complete study.
  package struct Subject: Sendable {
    /// What tells it from the others, such as its folder.
    package var label: String
    package var front: FrontDocument
    package var space: SearchSpace
    /// The processor's name.
    package var device: String
    /// SHA-256 of images and labels as the study split them; nil where an older version did not note it.
    package var dataDigest: String?

    package init(
      label: String, front: FrontDocument, space: SearchSpace, device: String, dataDigest: String? = nil
    ) {
      self.label = label
      self.front = front
      self.space = space
      self.device = device
      self.dataDigest = dataDigest
    }
  }

  /// Areas that a study dominates, from the common reference point.
  package struct Areas: Hashable, Sendable, Encodable {
    package var study: String
    /// Of all members.
    package var front: Double
    package var candidates: Double
    package var baselines: Double
  }

  /// The best of each study at a latency target that all of them have.
  package struct Target: Hashable, Sendable, Encodable {
    package var label: String
    /// One for each study, in order; nil where it has no member for the target.
    package var best: [Best?]
  }

  package struct Best: Hashable, Sendable, Encodable {
    package var name: String
    /// Mean validation accuracy, or multiply-accumulates where nothing was trained.
    package var estimate: Estimate
    package var latencySeconds: Double

    private enum CodingKeys: String, SnakeCaseKey { case name, value, halfWidth, latencySeconds }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(name, forKey: .name)
      try container.encode(estimate.value, forKey: .value)
      try container.encodeIfPresent(estimate.halfWidth, forKey: .halfWidth)
      try container.encode(latencySeconds, forKey: .latencySeconds)
    }
  }

  package var objective: FrontDocument.Objective
  package var referenceLatencySeconds: Double
  package var referenceValue: Double
  package var areas: [Areas]
  package var targets: [Target]

  /// - Throws: `SearchError` when the studies cannot be compared; it says in what they differ.
  package init(_ subjects: [Subject]) throws(SearchError) {
    guard let first = subjects.first, subjects.count > 1 else {
      throw SearchError(.badStudy, "\(subjects.count) study cannot be compared, expected two or more")
    }
    for other in subjects.dropFirst() {
      if let difference = StudyComparison.difference(first, other) {
        throw SearchError(
          .badStudy, "the studies \(first.label) and \(other.label) cannot be compared: \(difference)")
      }
    }
    objective = first.front.objective
    let objective = objective
    // The worst of all references, so that every study's area counts whole.
    let reference = TradeOff(
      latencySeconds: subjects.map(\.front.hypervolume.referenceLatencySeconds).max() ?? 0,
      value: subjects.map(\.front.hypervolume.referenceValue).min() ?? 0)
    (referenceLatencySeconds, referenceValue) = (reference.latencySeconds, reference.value)
    areas = subjects.map { subject in
      func area(_ roles: Set<MemberRole>) -> Double {
        let points = subject.front.entries.filter { roles.contains($0.role) }
          .map { TradeOff(latencySeconds: $0.latencySeconds, value: $0.value(objective)) }
        return ParetoFront.hypervolume(points, reference: reference)
      }
      return Areas(
        study: subject.label, front: area(Set(subject.front.entries.map(\.role))), candidates: area([.candidate]),
        baselines: area([.baseline]))
    }
    let common = first.front.targets.filter { target in
      subjects.allSatisfy { $0.front.targets.contains { $0.label == target.label } }
    }
    targets = common.map { target in
      Target(
        label: target.label,
        best: subjects.map { subject in
          subject.front.targets.first { $0.label == target.label }
            .flatMap { StudyComparison.best(subject.front, $0, objective) }
        })
    }
  }

  private static func best(
    _ front: FrontDocument, _ target: ResolvedTarget, _ objective: FrontDocument.Objective
  ) -> Best? {
    front.members(serving: target).max { $0.value(objective) < $1.value(objective) }.map { entry in
      Best(
        name: entry.name,
        estimate: objective == .validationAccuracy
          ? entry.validation?.accuracy ?? Estimate(.nan) : Estimate(entry.value(objective)),
        latencySeconds: entry.latencySeconds)
    }
  }

  /// Why two studies cannot be compared, in words; nil if they can.
  private static func difference(_ a: Subject, _ b: Subject) -> String? {
    func differ(_ what: String, _ a: String, _ b: String) -> String? { a == b ? nil : "\(what) \(a) and \(b)" }
    let (first, second) = (conditions(a), conditions(b))
    return differ("their objectives are", a.front.objective.rawValue, b.front.objective.rawValue)
      ?? datasetDifference(a, b)
      ?? differ("their latencies are of the devices", first.device, second.device)
      ?? differ("their latencies are of the engines", first.engine, second.engine)
      ?? differ("their latencies are of", first.batch, second.batch)
  }

  /// Data are known by their digests, wherever they lie; by their places only where an older version noted no digest.
  private static func datasetDifference(_ a: Subject, _ b: Subject) -> String? {
    let isSame = if let x = a.dataDigest, let y = b.dataDigest { x == y } else { dataset(a) == dataset(b) }
    return isSame
      ? nil : "they were trained on the data sets \(dataset(a, digest: true)) and \(dataset(b, digest: true))"
  }

  private static func dataset(_ subject: Subject, digest: Bool = false) -> String {
    guard let data = subject.space.dataset else { return "none" }
    let known = digest ? subject.dataDigest.map { ", SHA-256 \($0)" } ?? "" : ""
    let limit = data.trainingLimit.map { ", at most \($0) for training" } ?? ""
    let split = "\(data.validationCount) for validation, split \(data.splitSeed)\(limit)"
    return "\(data.path) (\(data.format.rawValue), \(split)\(known))"
  }

  /// Under which conditions a study's latencies hold; where it measured none, where its predictions come from.
  private static func conditions(_ subject: Subject) -> (device: String, engine: String, batch: String) {
    guard let measured = subject.front.entries.lazy.compactMap({ $0.measuredLatency?.conditions }).first else {
      return (subject.device, subject.front.latencySource, "batches of \(subject.space.latency.batchSize)")
    }
    return (
      measured.device, measured.engine,
      "batches of \(measured.batchSize) on \(measured.threads) threads in \(measured.precision)"
    )
  }
}
