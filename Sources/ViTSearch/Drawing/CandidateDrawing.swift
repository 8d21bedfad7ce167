internal import ViTArchitecture
package import ViTLatency
internal import ViTNumerics

/// Draws points from a space and keeps the distinct architectures that meet every constraint.
package enum CandidateDrawing {
  /// - Parameters:
  ///   - problem: Says where to draw and what to keep. The points depend on its seed and sampler only.
  ///   - predictor: Gives every architecture's latency. What it cannot speak for is counted and left out.
  ///   - progress: Called with the fraction done; returning `false` asks to stop.
  /// - Returns: The feasible candidates in the order drawn, and what became of the other points.
  /// - Throws: `SearchError` when nothing is feasible; it says which constraint excludes how many.
  ///   `CancellationError` when `progress` returned `false`.
  package static func draw(
    _ problem: SearchProblem, predictor: any LatencyPredictor, progress: (Double) -> Bool = { _ in true }
  ) throws -> (candidates: [Candidate], report: DrawingReport) {
    var report = DrawingReport()
    report.excluded = problem.constraints.map { .init(constraint: $0.text, count: 0) }
    var reasons = Reasons()
    let points = try points(problem)
    let known = problem.baselines.map(\.architecture)
    var costing = problem.rule.flatMap {
      CandidateCosting($0, predictor: predictor, known: known, capacity: points.count)
    }
    var seen = Set(known)
    var candidates: [Candidate] = []
    for (index, point) in points.enumerated() {
      if index.isMultiple(of: 64), !progress(Double(index) / Double(points.count)) { throw CancellationError() }
      report.drawn += 1
      let verdict = costing?.cost(at: point) ?? cost(at: point, problem, predictor, &seen)
      switch verdict {
      case .invalid:
        report.invalid += 1
        if reasons.invalid == nil { reasons.findInvalid(at: point, problem) }
      case .duplicate:
        report.duplicates += 1
      case .unpredictable:
        report.unpredictable += 1
        if reasons.unpredictable == nil { reasons.findUnpredictable(at: point, problem, predictor) }
      case .costed(let cost):
        var isAdmitted = true
        for index in problem.constraints.indices where !problem.constraints[index].admits(cost) {
          report.excluded[index].count += 1
          isAdmitted = false
        }
        guard isAdmitted else { continue }
        let architecture = try problem.architecture(point)
        candidates.append(
          Candidate(
            architecture: architecture, point: point, values: problem.values(point),
            latency: try predictor.predict(architecture)))
      }
    }
    report.feasible = candidates.count
    guard !candidates.isEmpty else { throw nothingFeasible(report, reasons) }
    return (candidates, report)
  }

  /// What `CandidateCosting` says, for rules and predictors that cannot be compiled.
  private static func cost(
    at point: [Double], _ problem: SearchProblem, _ predictor: any LatencyPredictor, _ seen: inout Set<Architecture>
  ) -> CandidateCosting.Verdict {
    guard let architecture = try? problem.validArchitecture(at: point) else { return .invalid }
    guard seen.insert(architecture).inserted else { return .duplicate }
    guard let latency = try? predictor.predict(architecture), latency.seconds.isFinite, latency.seconds > 0 else {
      return .unpredictable
    }
    return .costed(CandidateCost(architecture, latencySeconds: latency.seconds))
  }

  /// The first of each kind of refusal, to be quoted.
  private struct Reasons {
    var invalid: String?
    var unpredictable: String?

    mutating func findInvalid(at point: [Double], _ problem: SearchProblem) {
      do { _ = try problem.validArchitecture(at: point) } catch { invalid = "\(error)" }
    }

    mutating func findUnpredictable(
      at point: [Double], _ problem: SearchProblem, _ predictor: any LatencyPredictor
    ) {
      do {
        let latency = try predictor.predict(try problem.architecture(point))
        unpredictable = "predicted latency is \(latency.seconds) s"
      } catch { unpredictable = "\(error)" }
    }
  }

  private static func points(_ problem: SearchProblem) throws -> [[Double]] {
    // With nothing open there is one point only.
    let count = problem.dimensions == 0 ? 1 : max(problem.budget.draws, 0)
    switch problem.budget.sampler {
    case .sobol:
      return try SobolSequence.points(count: count, dimensions: problem.dimensions, seed: problem.budget.seed)
    case .random:
      return (0..<count).map { index in
        var random = CounterRandom(seed: problem.budget.seed, purpose: "draw", stream: UInt64(index))
        return (0..<problem.dimensions).map { _ in random.uniform() }
      }
    case .nsga2, .regularizedEvolution, .expectedHypervolume:
      // A study asks `SamplerProposer` for these, between its trainings.
      throw SearchError(
        .badSpace,
        """
        the sampler "\(problem.budget.sampler.rawValue)" learns from finished trainings, but here all candidates are \
        drawn before the first one; expected "sobol" or "random"
        """)
    }
  }

  private static func nothingFeasible(_ report: DrawingReport, _ reasons: Reasons) -> SearchError {
    let distinct = report.drawn - report.invalid - report.duplicates
    var lines = report.excluded.map { "  \($0.constraint): excludes \($0.count)" }
    if report.invalid > 0 {
      lines.append("  no valid architecture: \(report.invalid) points, such as: \(reasons.invalid ?? "")")
    }
    if report.unpredictable > 0 {
      lines.append("  no latency prediction: \(report.unpredictable), such as: \(reasons.unpredictable ?? "")")
    }
    if report.duplicates > 0 { lines.append("  drawn before, or a baseline: \(report.duplicates) points") }
    return SearchError(
      .nothingFeasible,
      """
      no feasible candidate: none of the \(distinct) distinct new architectures among \(report.drawn) drawn points \
      meets every constraint
      \(lines.joined(separator: "\n"))
      """)
  }
}

extension SearchProblem {
  fileprivate func validArchitecture(at point: [Double]) throws -> Architecture {
    let architecture = try architecture(point)
    try architecture.validate()
    return architecture
  }
}
