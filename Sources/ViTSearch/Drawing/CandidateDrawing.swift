internal import ViTArchitecture
package import ViTLatency

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
    let costing = CandidateCosting(problem.rule, predictor: predictor)
    var member = costing.makeMember()
    let baselines = problem.baselines.compactMap { costing.key(of: $0.architecture) }
    var seen = KeySet(capacity: points.count + baselines.count)
    for key in baselines { _ = seen.insert(key) }
    var candidates: [Candidate] = []
    for (index, point) in points.enumerated() {
      if index.isMultiple(of: 64), !progress(Double(index) / Double(points.count)) { throw CancellationError() }
      report.drawn += 1
      guard costing.find(at: point, &member) else {
        report.invalid += 1
        if reasons.invalid == nil { reasons.findInvalid(at: point, problem) }
        continue
      }
      guard seen.insert(member.key) else {
        report.duplicates += 1
        continue
      }
      let cost = costing.cost(of: member)
      let known = cost ?? costing.size(of: member)
      var isAdmitted = true
      for index in problem.constraints.indices {
        let constraint = problem.constraints[index]
        guard cost != nil || constraint.quantity != .latency, !constraint.admits(known) else { continue }
        report.excluded[index].count += 1
        isAdmitted = false
      }
      guard cost != nil else {
        // One that its size excludes needs no latency.
        if isAdmitted {
          report.unpredictable += 1
          if reasons.unpredictable == nil { reasons.findUnpredictable(at: point, problem, predictor) }
        }
        continue
      }
      if isAdmitted { candidates.append(try problem.candidate(at: point, predictor: predictor)) }
    }
    report.feasible = candidates.count
    guard !candidates.isEmpty else { throw nothingFeasible(report, reasons) }
    return (candidates, report)
  }

  /// The first of each kind of refusal, to be quoted.
  private struct Reasons {
    var invalid: String?
    var unpredictable: String?

    mutating func findInvalid(at point: [Double], _ problem: SearchProblem) {
      do { _ = try problem.rule.architecture(at: point) } catch { invalid = "\(error)" }
    }

    mutating func findUnpredictable(
      at point: [Double], _ problem: SearchProblem, _ predictor: any LatencyPredictor
    ) {
      do {
        let architecture = try problem.rule.architecture(at: point)
        if let reason = predictor.support(of: architecture).reason {
          unpredictable = reason
          return
        }
        let latency = try predictor.predict(architecture)
        unpredictable = "predicted latency is \(latency.seconds) s"
      } catch { unpredictable = "\(error)" }
    }
  }

  private static func points(_ problem: SearchProblem) throws -> [[Double]] {
    // With nothing open there is one point only.
    let count = problem.dimensions == 0 ? 1 : max(problem.budget.draws, 0)
    guard let sampler = problem.budget.sampler.strategy as? any SequenceSampler else {
      // A study asks `SamplerProposer` for these, between its trainings.
      throw SearchError(
        .badSpace,
        """
        the sampler "\(problem.budget.sampler.rawValue)" learns from finished trainings, but here all candidates are \
        drawn before the first one; expected "sobol" or "random"
        """)
    }
    return try sampler.points(count: count, dimensions: problem.dimensions, seed: problem.budget.seed)
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
