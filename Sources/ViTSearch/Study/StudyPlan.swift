public import ViTArchitecture
public import ViTFiles
internal import ViTNumerics

/// Everything a study is going to do, fixed before its first training; stored, so that resuming cannot change it.
public struct StudyPlan: Hashable, Sendable, Codable {
  package static let currentSchema = "nvit.plan/1"

  public var schema = StudyPlan.currentSchema
  public var name: String
  /// The budget the study runs with; it may differ from the document's where the command line says so.
  public var budget: SearchBudget
  /// Whether members are trained.
  public var trains: Bool
  /// Where predicted latencies come from, in words.
  public var latencySource: String
  public var targets: [ResolvedTarget]
  /// Baselines first, then candidates in the order of the targets they serve.
  public var members: [PlannedMember]
  /// Seeds of the trainings; every member is trained once with each.
  public var trainingSeeds: [UInt64]
  public var drawing: DrawingReport
  /// Remarks for the user.
  public var notes: [String]

  private enum CodingKeys: String, CodingKey {
    case schema, name, budget, trains
    case latencySource = "latency_source"
    case targets, members
    case trainingSeeds = "training_seeds"
    case drawing, notes
  }
}

/// What an architecture is in a study.
public enum MemberRole: String, Hashable, Sendable, Codable {
  case baseline, candidate
}

/// A baseline or candidate that a study trains.
public struct PlannedMember: Hashable, Sendable, Codable {
  public var role: MemberRole
  /// The baseline's name, or `nvit-<target>-<first 8 digits of the digest>`.
  public var name: String
  public var digest: String
  public var architecture: Architecture
  /// Predicted.
  public var latency: LatencyEstimate
  /// Labels of the targets it was chosen for.
  public var targets: [String]
  /// The open numbers' values, by name.
  public var values: [String: Double]

  public init(
    role: MemberRole, name: String, digest: String, architecture: Architecture, latency: LatencyEstimate,
    targets: [String], values: [String: Double]
  ) {
    self.role = role
    self.name = name
    self.digest = digest
    self.architecture = architecture
    self.latency = latency
    self.targets = targets
    self.values = values
  }
}

extension StudyPlan {
  /// Draws candidates and chooses those to train.
  ///
  /// Candidates that serve two targets are listed once, under both. The plan is a function of the problem and the
  /// predictor alone.
  ///
  /// - Parameters:
  ///   - latencySource: Where predictions come from, in words, for the record.
  ///   - progress: Called with the fraction done; returning `false` asks to stop.
  /// - Throws: `SearchError` when there is nothing feasible, a target cannot be reached or refers to a baseline that
  ///   does not exist, or a baseline's latency cannot be predicted. `CancellationError`.
  public init(
    _ problem: SearchProblem, predictor: any LatencyPredictor, latencySource: String,
    progress: (Double) -> Bool = { _ in true }
  ) throws {
    let baselines = try problem.baselines.map { baseline in
      PlannedMember(
        role: .baseline, name: baseline.name, digest: baseline.architecture.digest,
        architecture: baseline.architecture, latency: try StudyPlan.predict(baseline, with: predictor), targets: [],
        values: [:])
    }
    let targets = try ResolvedTarget.resolve(
      problem.targets, latencies: baselines.map { ($0.name, $0.latency.seconds) })
    let (candidates, report) = try CandidateDrawing.draw(problem, predictor: predictor, progress: progress)

    var notes: [String] = []
    var chosen: [PlannedMember] = []
    for target in targets {
      let choice = try CandidateSelection.choose(
        for: target, from: candidates, count: problem.budget.candidatesPerTarget,
        tolerance: problem.budget.tolerance, preference: problem.trains ? .spread : .multiplyAccumulates)
      if let note = choice.note { notes.append(note) }
      for candidate in choice.candidates {
        if let index = chosen.firstIndex(where: { $0.digest == candidate.digest }) {
          chosen[index].targets.append(target.label)
        } else {
          chosen.append(PlannedMember(candidate, for: target))
        }
      }
    }
    self.init(
      name: problem.name, budget: problem.budget, trains: problem.trains, latencySource: latencySource,
      targets: targets, members: baselines + chosen,
      trainingSeeds: problem.trains ? StudyPlan.trainingSeeds(problem.budget) : [], drawing: report, notes: notes)
  }

  private static func predict(_ baseline: Baseline, with predictor: any LatencyPredictor) throws -> LatencyEstimate {
    do {
      return try predictor.predict(baseline.architecture)
    } catch {
      throw SearchError(.unpredictable, "no latency can be predicted for the baseline \"\(baseline.name)\": \(error)")
    }
  }

  /// Distinct 32-bit seeds; a study with more of them starts with the same ones.
  static func trainingSeeds(_ budget: SearchBudget) -> [UInt64] {
    var random = CounterRandom(seed: budget.seed, purpose: "training-seeds")
    var seeds: [UInt64] = []
    while seeds.count < max(budget.seeds, 1) {
      let seed = UInt64(random.next32())
      if !seeds.contains(seed) { seeds.append(seed) }
    }
    return seeds
  }

  /// The trainings in the order they are done: every member with the first seed, then every member with the second,
  /// so that a study that is cut short can compare all members.
  public var trials: [TrialRequest] {
    trainingSeeds.flatMap { seed in
      members.map { member in
        TrialRequest(
          identifier: TrialIdentifier(architectureDigest: member.digest, seed: seed),
          architecture: member.architecture)
      }
    }
  }

  /// Pretty-printed JSON.
  public func json() throws(FileError) -> String { try JSONDocument.text(self, named: "the plan") }

  /// Reads what `json` wrote.
  ///
  /// - Throws: `FileError` when the file is missing, or says what in it is wrong.
  public init(contentsOf path: String) throws(FileError) {
    self = try JSONDocument.read(StudyPlan.self, path: path)
    guard schema == StudyPlan.currentSchema else {
      throw FileError(
        .malformed, path: path, reason: "schema is \"\(schema)\", expected \"\(StudyPlan.currentSchema)\"")
    }
  }

  /// The member with the given digest.
  public func member(_ digest: String) -> PlannedMember? { members.first { $0.digest == digest } }
}

extension PlannedMember {
  init(_ candidate: Candidate, for target: ResolvedTarget) {
    self.init(
      role: .candidate, name: "nvit-\(target.slug)-\(candidate.digest.prefix(8))", digest: candidate.digest,
      architecture: candidate.architecture, latency: candidate.latency, targets: [target.label],
      values: candidate.values)
  }

  /// What the member's files are called: the name with characters that file systems dislike replaced.
  public var fileName: String {
    let slug = ResolvedTarget.slug(name)
    return role == .candidate ? slug : "\(slug)-\(digest.prefix(8))"
  }
}

extension TrialIdentifier {
  /// Where an evaluator keeps the trial's weights, within the study's `weights` folder.
  public var weightsFileName: String {
    "\(architectureDigest.prefix(8))-seed\(seed)\(rung > 0 ? "-rung\(rung)" : "").safetensors"
  }
}
