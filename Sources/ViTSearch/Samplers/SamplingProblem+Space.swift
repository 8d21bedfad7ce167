public import ViTArchitecture

extension SamplingProblem {
  /// The problem of proposing architectures of a space: constraints are those of the document, and two points are the
  /// same when their architectures are. Baselines are never proposed.
  ///
  /// - Parameters:
  ///   - predictor: Gives latencies; what it cannot speak for is infeasible.
  ///   - objectiveCount: Two for latency and accuracy.
  public init(_ space: SearchSpace, predictor: any LatencyPredictor, seed: UInt64, objectiveCount: Int = 2) {
    let rule = space.rule
    let constraints = space.constraints
    let costing = PointCosting(rule, predictor: predictor)
    self.init(axes: rule.openNumbers.map(\.domain), seed: seed, objectiveCount: objectiveCount) { point in
      guard let (key, cost) = costing.cost(at: point) else { return .infeasible(violation: .infinity) }
      let violation = constraints.reduce(0) { $0 + $1.violation(cost) }
      return violation > 0 ? .infeasible(violation: violation) : .feasible(key: PointCosting.words(key))
    }
    excludedKeys = Set(space.baselines.map { PointCosting.words(ArchitectureKey($0.architecture)) })
  }
}

/// Costs single points, by the compiled forms where there are any.
private struct PointCosting: Sendable {
  private let rule: ScalingRule
  private let predictor: any LatencyPredictor
  private let compiled: (rule: CompiledRule, latency: any CompiledLatency)?

  init(_ rule: ScalingRule, predictor: any LatencyPredictor) {
    self.rule = rule
    self.predictor = predictor
    compiled = CompiledRule(rule).flatMap { compiled in
      predictor.compiled(for: compiled.frame).map { (compiled, $0) }
    }
  }

  /// Nil where there is no valid architecture, or no prediction.
  func cost(at point: [Double]) -> (key: ArchitectureKey, cost: CandidateCost)? {
    if let compiled {
      var member = compiled.rule.makeMember()
      guard compiled.rule.find(at: point, &member), let seconds = compiled.latency.seconds(of: member),
        seconds.isFinite, seconds > 0
      else { return nil }
      return (member.key, CandidateCost(member, latencySeconds: seconds))
    }
    guard let architecture = try? rule.architecture(at: point),
      let latency = try? predictor.predict(architecture), latency.seconds.isFinite, latency.seconds > 0
    else { return nil }
    return (ArchitectureKey(architecture), CandidateCost(architecture, latencySeconds: latency.seconds))
  }

  static func words(_ key: ArchitectureKey) -> SamplingProblem.Key {
    [Int(truncatingIfNeeded: key.words.low), Int(truncatingIfNeeded: key.words.high)]
  }
}
