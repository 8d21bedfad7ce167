package import ViTArchitecture
package import ViTFiles
package import ViTLatency
package import ViTNumerics

/// Everything a study is going to do, fixed before its first training; stored, so that resuming cannot change it.
package struct StudyPlan: Hashable, Sendable, SchemaDocument {
  package static let schemas = ["nvit.plan/2"]

  package var schema = StudyPlan.currentSchema
  package var name: String
  /// The budget the study runs with; it may differ from the document's where the command line says so.
  package var budget: SearchBudget
  /// Whether members are trained.
  package var trains: Bool
  /// Where predicted latencies come from, in words.
  package var latencySource: String
  package var targets: [ResolvedTarget]
  /// Baselines first, then candidates in the order of the targets they serve, then those of random search that are
  /// not among them. A sampler that learns adds further candidates during the study.
  package var members: [PlannedMember]
  /// The candidates of random search in the order they are trained, more than its budget will pay for.
  package var randomDraws: [RandomDraw]
  /// Seed of the trainings that candidates are chosen by.
  package var searchSeed: UInt64
  /// Seeds of the trainings that are reported: as many as a member may get. None is the search's.
  package var trainingSeeds: [UInt64]
  package var drawing: DrawingReport
  /// Remarks for the user.
  package var notes: [String]

  private enum CodingKeys: String, SnakeCaseKey {
    case schema, name, budget, trains, latencySource, targets, members, randomDraws, searchSeed, trainingSeeds
    case drawing, notes
  }
}

extension StudyPlan {
  /// A candidate that random search draws for a target. The search may have drawn the same one.
  package struct RandomDraw: Hashable, Sendable, Codable {
    package var digest: String
    /// The target's label.
    package var target: String
  }
}

/// What an architecture is in a study.
package enum MemberRole: String, Hashable, Sendable, Codable {
  case baseline, candidate
  /// In a plan, drawn by random search only; in an outcome, chosen by random search and not by the search.
  case randomSearch = "random-search"
  /// In an outcome, chosen by the search and by random search.
  case both

  /// Whether the search found it.
  package var isOfSearch: Bool { self == .candidate || self == .both }
  /// Whether random search found it.
  package var isOfRandomSearch: Bool { self == .randomSearch || self == .both }
}

/// A baseline or candidate that a study trains.
package struct PlannedMember: Hashable, Sendable, Codable {
  package var role: MemberRole
  /// The baseline's name, or `nvit-` or `random-`, `<target>-<first 8 digits of the digest>`.
  package var name: String
  package var digest: String
  package var architecture: Architecture
  /// Measured where that was done before training, else predicted.
  @PredictedSeconds package var latency: Estimate
  /// What was measured before training; nil where nothing was, and for members that a sampler proposed during the study.
  package var measured: LatencyRecord?
  /// Labels of the targets it was chosen for.
  package var targets: [String]
  /// The open numbers' values, by name.
  package var values: [String: Double] = [:]
  /// Where in the space's unit cube it was drawn; empty for baselines.
  package var point: [Double] = []
  /// In which round it was proposed, from 0.
  package var round = 0

  package init(
    role: MemberRole, name: String, digest: String, architecture: Architecture, latency: Estimate,
    targets: [String]
  ) {
    self.role = role
    self.name = name
    self.digest = digest
    self.architecture = architecture
    self.latency = latency
    self.targets = targets
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
  ///   - admission: What may be chosen; see `TargetKeeping`.
  ///   - progress: Called with the fraction done; returning `false` asks to stop.
  /// - Throws: `SearchError` when there is nothing feasible, a target cannot be reached, or a baseline's latency cannot
  ///   be predicted; `LatencyError` when a target refers to a baseline that does not exist. `CancellationError`.
  package init(
    _ problem: SearchProblem, predictor: any LatencyPredictor, latencySource: String,
    admission: CandidateSelection.Admission = .reachable, progress: (Double) -> Bool = { _ in true }
  ) throws {
    let baselines = try problem.baselines.map { baseline in
      PlannedMember(
        role: .baseline, name: baseline.name, digest: baseline.architecture.digest,
        architecture: baseline.architecture, latency: try StudyPlan.predict(baseline, with: predictor), targets: [])
    }
    let targets = try ResolvedTarget.resolve(
      problem.targets, latencies: baselines.map { ($0.name, $0.latency.seconds) })
    guard problem.trains || !problem.budget.sampler.learns else {
      throw SearchError(
        .badSpace,
        """
        the sampler "\(problem.budget.sampler.rawValue)" learns from trainings, but the space has no data set or no \
        recipe to train with; expected "sobol" or "random"
        """)
    }
    var first = problem
    // A sampler that learns has nothing to learn from yet, and begins with points spread evenly.
    if first.budget.sampler.learns { first.budget.sampler = .sobol }
    let (candidates, report) = try CandidateDrawing.draw(first, predictor: predictor, progress: progress)

    var notes: [String] = []
    var chosen: [PlannedMember] = []
    let count = problem.trains ? problem.budget.roundSizes[0] : problem.budget.candidatesPerTarget
    for target in targets {
      let choice = try CandidateSelection.choose(
        for: target, from: candidates, count: count,
        tolerance: problem.budget.tolerance, preference: problem.trains ? .spread : .multiplyAccumulates,
        admission: admission)
      if let note = choice.note { notes.append(note) }
      for candidate in choice.candidates {
        if let index = chosen.firstIndex(where: { $0.digest == candidate.digest }) {
          chosen[index].targets.append(target.label)
        } else {
          chosen.append(PlannedMember(candidate, for: target))
        }
      }
    }
    let seeds = problem.trains ? StudyPlan.trainingSeeds(problem.budget) : []
    self.init(
      name: problem.name, budget: problem.budget, trains: problem.trains, latencySource: latencySource,
      targets: targets, members: baselines + chosen, randomDraws: [],
      searchSeed: StudyPlan.searchSeed(problem.budget, otherThan: seeds), trainingSeeds: seeds, drawing: report,
      notes: notes)
    if problem.trains, problem.budget.randomSearch { try drawRandomly(problem, predictor, admission) }
  }

  /// Draws the candidates of random search: of uniformly random points those whose candidates lie in a target's window,
  /// in the order drawn.
  private mutating func drawRandomly(
    _ problem: SearchProblem, _ predictor: any LatencyPredictor, _ admission: CandidateSelection.Admission
  ) throws {
    var random = problem
    random.budget.sampler = .random
    // A stream of its own, also where the search itself draws at random.
    var seeds = CounterRandom(seed: problem.budget.seed, purpose: "random-search")
    random.budget.seed = seeds.next()
    let (candidates, _) = try CandidateDrawing.draw(random, predictor: predictor)
    // One more than without failures, since rungs end at whole steps.
    let needed = (StudyForecast.wholeTrainings(self) / Double(targets.count)).rounded(.up) + 1
    var taken: Set<String> = []
    let choices = targets.map { target in
      var chosen: [Candidate] = []
      do throws(SearchError) {
        let choice = try CandidateSelection.choose(
          for: target, from: candidates.filter { !taken.contains($0.digest) }, count: Int(needed),
          tolerance: problem.budget.tolerance, preference: .firstDrawn, admission: admission)
        if let note = choice.note { notes.append("random search: \(note)") }
        chosen = choice.candidates
      } catch {
        // In a small space the other targets may have taken all that is near this one.
        notes.append("random search: \(error)")
      }
      taken.formUnion(chosen.map(\.digest))
      return (target: target, candidates: chosen)
    }
    for index in 0..<(choices.map(\.candidates.count).max() ?? 0) {
      for (target, candidates) in choices where index < candidates.count {
        let candidate = candidates[index]
        randomDraws.append(RandomDraw(digest: candidate.digest, target: target.label))
        guard member(candidate.digest) == nil else { continue }
        members.append(PlannedMember(candidate, for: target, role: .randomSearch))
      }
    }
  }

  private static func predict(_ baseline: Baseline, with predictor: any LatencyPredictor) throws -> Estimate {
    do {
      return try predictor.latency(of: baseline.architecture)
    } catch {
      throw SearchError(.unpredictable, "no latency can be predicted for the baseline \"\(baseline.name)\": \(error)")
    }
  }

  /// Distinct 32-bit seeds; a study with more of them starts with the same ones.
  static func trainingSeeds(_ budget: SearchBudget) -> [UInt64] {
    var random = CounterRandom(seed: budget.seed, purpose: "training-seeds")
    var seeds: [UInt64] = []
    while seeds.count < max(budget.seeds, budget.maxSeeds ?? 0, 1) {
      let seed = UInt64(random.next32())
      if !seeds.contains(seed) { seeds.append(seed) }
    }
    return seeds
  }

  /// A seed that is none of the others.
  private static func searchSeed(_ budget: SearchBudget, otherThan seeds: [UInt64]) -> UInt64 {
    var random = CounterRandom(seed: budget.seed, purpose: "search-seed")
    while true {
      let seed = UInt64(random.next32())
      if !seeds.contains(seed) { return seed }
    }
  }

  /// The trainings that the study begins with: all of them where nothing is chosen.
  package var trials: [TrialRequest] {
    guard case .train(let wave)? = try? StudySchedule(self).next(members: members, records: []) else { return [] }
    return wave.requests
  }

  /// Trainings in all, as far as can be foreseen.
  package var expectedTrials: Int {
    trains ? StudyForecast(self, members: members).stages.map(\.trials).reduce(0, +) : 0
  }

  /// What the study is going to train, one line for each part of it.
  package var stages: [String] {
    guard trains else { return [] }
    return StudyForecast(self, members: members).stages.map { stage in
      let what =
        switch stage.phase {
        case .search:
          "search, rung \(stage.rung + 1) of \(lastRung + 1), "
            + "\(ReadableNumber.percent(share(stage.rung), decimals: 0))% of the training"
        case .randomSearch: "random search at equal budget"
        default: "final, \(finalSeeds.lowerBound) fresh seeds" + furtherSeeds
        }
      return "\(what): \(stage.trials) trainings"
    }
  }

  private var furtherSeeds: String {
    finalSeeds.count > 1 ? " and up to \(finalSeeds.upperBound) where undecided" : ""
  }

  /// Pretty-printed JSON.
  package func json() throws(FileError) -> String { try JSONDocument.text(self, named: "the plan") }

  /// The member with the given digest.
  package func member(_ digest: String) -> PlannedMember? { members.first { $0.digest == digest } }
}

extension PlannedMember {
  package init(_ candidate: Candidate, for target: ResolvedTarget, role: MemberRole = .candidate, round: Int = 0) {
    self.init(
      role: role,
      name: "\(role == .randomSearch ? "random" : "nvit")-\(target.slug)-\(candidate.digest.prefix(8))",
      digest: candidate.digest, architecture: candidate.architecture, latency: candidate.latency,
      targets: [target.label])
    values = candidate.values
    point = candidate.point
    self.round = round
  }

  /// What the member's files are called: the name with characters that file systems dislike replaced.
  package var fileName: String {
    let slug = ResolvedTarget.slug(name)
    return role != .baseline ? slug : "\(slug)-\(digest.prefix(8))"
  }
}

extension TrialIdentifier {
  /// Where an evaluator keeps the trial's weights, within the study's `weights` folder.
  package var weightsFileName: String {
    "\(architectureDigest.prefix(8))-seed\(seed)\(rung > 0 ? "-rung\(rung)" : "").safetensors"
  }

  /// Where an evaluator keeps what the training goes on from, within the study's `states` folder.
  package var stateFileName: String { "\(architectureDigest.prefix(8))-seed\(seed)-rung\(rung).safetensors" }
}
