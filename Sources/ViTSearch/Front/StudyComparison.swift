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

  /// How high a study's members stand over the latencies that all the studies have in common; see `FrontArea`.
  package struct Heights: Hashable, Sendable, Encodable {
    package var study: String
    /// Of the members that no other beats in both.
    package var front: Double
    /// Of the search's winners; where nothing was trained, of all candidates that none of them beats.
    package var candidates: Double
    /// Nil where the study has none.
    package var baselines: Double?
  }

  /// What the reader should know of one study before believing its figures.
  package struct Warnings: Hashable, Sendable, Encodable {
    package var study: String
    package var warnings: [String]
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
  /// The range of latencies that all the studies' winners and baselines have in common; nil where there is none.
  package var lowerLatencySeconds: Double?
  package var upperLatencySeconds: Double?
  /// What heights are counted from: a value below every member's.
  package var referenceValue: Double
  /// One for each study, in order; empty where they have no range in common.
  package var hypervolumes: [Heights]
  package var targets: [Target]
  /// One for each study, in order.
  package var warnings: [Warnings]

  private enum CodingKeys: String, SnakeCaseKey {
    case objective, lowerLatencySeconds, upperLatencySeconds, referenceValue, hypervolumes, targets, warnings
  }

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
    // The lowest of all, so that every member counts.
    let reference = subjects.map(\.front.referenceValue).min() ?? 0
    referenceValue = reference
    let sets = subjects.map { FrontSets($0.front) }
    let range = FrontArea.commonRange(
      zip(subjects, sets).flatMap { subject, sets in sets.all.map(subject.front.places) })
    lowerLatencySeconds = range.map { Exponential.natural($0.lowerBound) }
    upperLatencySeconds = range.map { Exponential.natural($0.upperBound) }
    hypervolumes =
      range.map { range in
        zip(subjects, sets).map { subject, sets in
          func height(_ set: [Int]) -> Double { subject.front.height(set, over: range, above: reference) }
          return Heights(
            study: subject.label, front: subject.front.heightOfAll(over: range, above: reference),
            candidates: height(sets.candidates),
            baselines: sets.baselines.isEmpty ? nil : height(sets.baselines))
        }
      } ?? []
    warnings = subjects.map { Warnings(study: $0.label, warnings: FrontAnswers.warnings($0.front)) }
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
