import SearchTestSupport
import Testing
import ViTArchitecture
import ViTLatency
import ViTNumerics
import ViTSearch

@Suite struct `Drawing candidates` {
  @Test(arguments: SearchBudget.Sampler.allCases.filter { !$0.learns })
  func `is a function of the seed, and gives every architecture once`(sampler: SearchBudget.Sampler) throws {
    func draw(_ seed: UInt64) throws -> (candidates: [Candidate], report: DrawingReport) {
      let problem = TwoBlocks.problem {
        $0.sampler = sampler
        $0.seed = seed
      }
      return try CandidateDrawing.draw(problem, predictor: ProductPredictor())
    }
    let (candidates, report) = try draw(5)
    #expect(try draw(5).candidates == candidates)
    #expect(try draw(6).candidates != candidates)
    #expect(Set(candidates.map(\.digest)).count == candidates.count)
    #expect(report.drawn == 512 && report.duplicates > 0)
    #expect(report.drawn == report.duplicates + report.feasible && report.feasible == candidates.count)
    let baselines = Set(TwoBlocks.baselines.map(\.architecture))
    #expect(candidates.allSatisfy { !baselines.contains($0.architecture) })
    #expect(candidates.allSatisfy { TwoBlocks.architecture(at: $0.point) == $0.architecture })
  }

  @Test(arguments: SearchBudget.Sampler.allCases.filter(\.learns))
  func `before the first training is not for samplers that learn`(sampler: SearchBudget.Sampler) {
    let error = #expect(throws: SearchError.self) {
      try CandidateDrawing.draw(TwoBlocks.problem { $0.sampler = sampler }, predictor: ProductPredictor())
    }
    #expect(error?.description.hasPrefix("the sampler \"\(sampler.rawValue)\" learns from finished trainings") == true)
  }

  @Test func `keeps what meets every constraint and counts what each excludes`() throws {
    let constraints = [
      Constraint(quantity: .embedding, range: 48...64), Constraint(quantity: .parameters, range: 0...30_000),
      Constraint(quantity: .latency, range: 0.5e-3...1),
    ]
    let all = try CandidateDrawing.draw(TwoBlocks.problem(), predictor: ProductPredictor()).candidates
    let (kept, report) = try CandidateDrawing.draw(
      TwoBlocks.problem(constraints: constraints), predictor: ProductPredictor())
    let expected = all.filter {
      $0.architecture.embedding >= 48 && $0.architecture.parameterCount <= 30_000 && $0.latency.seconds >= 0.5e-3
    }
    #expect(kept == expected && !kept.isEmpty)
    #expect(
      report.excluded.map(\.count) == [
        all.count { $0.architecture.embedding < 48 }, all.count { $0.architecture.parameterCount > 30_000 },
        all.count { $0.latency.seconds < 0.5e-3 },
      ])
    #expect(
      report.excluded.map(\.constraint) == ["embedding 48 to 64", "parameters at most 30k", "latency 500 µs to 1 s"])
  }

  @Test func `of an impossible space says which constraint excludes how many`() throws {
    let problem = TwoBlocks.problem(constraints: [
      Constraint(quantity: .embedding, range: 64...64), Constraint(quantity: .multiplyAccumulates, range: 1...2),
    ])
    let all = try CandidateDrawing.draw(TwoBlocks.problem(), predictor: ProductPredictor()).candidates
    let error = #expect(throws: SearchError.self) {
      try CandidateDrawing.draw(problem, predictor: ProductPredictor())
    }
    #expect(error?.code == .nothingFeasible)
    let narrow = all.count { $0.architecture.embedding != 64 }
    #expect(error?.description.contains("embedding 64 to 64: excludes \(narrow)\n") == true)
    #expect(error?.description.contains("macs 1 to 2: excludes \(all.count)\n") == true)
  }

  @Test func `counts points without an architecture and architectures without a prediction`() throws {
    struct Narrow: LatencyPredictor {
      func predict(_ architecture: Architecture) throws -> Estimate {
        guard architecture.embedding < 64 else { throw ArchitectureError("embedding 64 is beyond the table") }
        return try ProductPredictor().predict(architecture)
      }
    }
    var problem = TwoBlocks.problem()
    // Two heads to the nearest multiple of eight are none.
    problem.rule = try TwoBlocks.space(heads: "{base: 2, round: {to: {choices: [2, 8]}}}").rule
    let (candidates, report) = try CandidateDrawing.draw(problem, predictor: Narrow())
    // A scrambled Sobol sequence puts exactly half of 512 points into either half of an axis.
    #expect(report.invalid == 256 && report.unpredictable > 0)
    #expect(candidates.allSatisfy { $0.architecture.embedding < 64 })
    #expect(report.drawn == report.invalid + report.duplicates + report.unpredictable + report.feasible)

    problem.rule = try TwoBlocks.space(embedding: "64", heads: "{base: 2, round: {to: {choices: [2, 8]}}}").rule
    let error = #expect(throws: SearchError.self) { try CandidateDrawing.draw(problem, predictor: Narrow()) }
    #expect(error?.description.contains("no valid architecture: 256 points, such as: block 1: heads is 0") == true)
  }

  @Test func `of a rule with nothing open gives its one architecture`() throws {
    var problem = TwoBlocks.problem()
    problem.rule = try TwoBlocks.space(embedding: "48", mlpHidden: ["16", "32"]).rule
    let (candidates, report) = try CandidateDrawing.draw(problem, predictor: ProductPredictor())
    #expect(candidates.map(\.architecture) == [TwoBlocks.architecture(48, 16, 32)] && report.drawn == 1)
  }

  /// Latency has no compiled form here, and the rule has one only without the continuous number.
  @Test(arguments: SearchBudget.Sampler.allCases.filter { !$0.learns }, ["2", "{from: 1, through: 4}"])
  func `keeps the points that the sampler proposes, in the same order`(
    sampler: SearchBudget.Sampler, heads: String
  ) throws {
    let constraint = Constraint(quantity: .parameters, range: 0...30_000)
    var problem = TwoBlocks.problem(constraints: [constraint]) { $0.sampler = sampler }
    problem.rule = try TwoBlocks.space(heads: heads == "2" ? heads : "{base: \(heads), round: 1}").rule
    let drawn = try CandidateDrawing.draw(problem, predictor: ProductPredictor()).candidates
    @Sendable func key(_ architecture: Architecture) -> [Int] {
      [architecture.embedding] + architecture.blocks.flatMap { [$0.heads, $0.mlpHidden] }
    }
    let rule = problem.rule
    var sampling = SamplingProblem(axes: problem.axes, seed: problem.budget.seed, objectiveCount: 1) { point in
      guard let architecture = try? rule.architecture(at: point) else { return .infeasible(violation: .infinity) }
      let excess = architecture.parameterCount - 30_000
      return excess > 0 ? .infeasible(violation: Double(excess)) : .feasible(key: key(architecture))
    }
    sampling.excludedKeys = Set(problem.baselines.map { key($0.architecture) })
    let proposed = try sampler.strategy.propose(count: drawn.count, history: [], problem: sampling)
    #expect(drawn.map { candidate in zip(problem.axes, candidate.point).map { $0.snapped($1) } } == proposed)
    #expect(drawn.count > 100)
    #expect(
      drawn.allSatisfy { $0.values == Dictionary(uniqueKeysWithValues: rule.values(at: $0.point).map { ($0, $1) }) })
  }

  @Test func `stops when asked to`() {
    #expect(throws: CancellationError.self) {
      try CandidateDrawing.draw(TwoBlocks.problem(), predictor: ProductPredictor()) { $0 < 0.5 }
    }
  }
}
