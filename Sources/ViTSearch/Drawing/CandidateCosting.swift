package import ViTArchitecture
package import ViTLatency

/// Costs points of a space by a compiled rule and a compiled latency, a million a second, and knows which architectures
/// it has seen.
package struct CandidateCosting {
  /// What a point gives.
  package enum Verdict: Hashable {
    /// No valid architecture.
    case invalid
    /// An architecture that was seen before.
    case duplicate
    /// An architecture that the latency model cannot speak for.
    case unpredictable
    case costed(CandidateCost)
  }

  private let rule: CompiledRule
  private let latency: any CompiledLatency
  private var seen: KeySet
  private var member: CompiledMember

  /// Nil when the rule or the predictor has no compiled form.
  ///
  /// - Parameters:
  ///   - known: Architectures that count as seen.
  ///   - capacity: How many architectures can be seen before more memory is taken.
  package init?(
    _ rule: ScalingRule, predictor: any LatencyPredictor, known: [Architecture] = [], capacity: Int
  ) {
    guard let compiled = CompiledRule(rule), let latency = predictor.compiled(for: compiled.frame) else { return nil }
    self.rule = compiled
    self.latency = latency
    member = compiled.makeMember()
    seen = KeySet(capacity: capacity + known.count)
    for key in known.compactMap({ compiled.key(of: $0) }) { _ = seen.insert(key) }
  }

  /// Makes every architecture a new one, known ones too.
  package mutating func forget() { seen.removeAll() }

  /// Costs the architecture at a point of the unit cube; allocates nothing up to the capacity.
  package mutating func cost(at point: [Double]) -> Verdict {
    guard rule.find(at: point, &member) else { return .invalid }
    guard seen.insert(member.key) else { return .duplicate }
    guard let seconds = latency.seconds(of: member), seconds.isFinite, seconds > 0 else { return .unpredictable }
    return .costed(CandidateCost(member, latencySeconds: seconds))
  }
}

/// What constraints look at.
package struct CandidateCost: Hashable, Sendable {
  package var embedding: Int
  package var depth: Int
  package var parameterCount: Int
  /// For one image.
  package var multiplyAccumulates: Int
  /// Predicted seconds for one batch.
  package var latencySeconds: Double

  init(_ member: CompiledMember, latencySeconds: Double) {
    embedding = member.embedding
    depth = member.depth
    parameterCount = member.parameterCount
    multiplyAccumulates = member.multiplyAccumulates
    self.latencySeconds = latencySeconds
  }

  package init(_ architecture: Architecture, latencySeconds: Double) {
    let cost = architecture.cost.total
    embedding = architecture.embedding
    depth = architecture.depth
    parameterCount = cost.parameters
    multiplyAccumulates = cost.multiplyAccumulates
    self.latencySeconds = latencySeconds
  }
}
