package import ViTArchitecture
package import ViTLatency

/// Costs points of a space: the one way, for plain draws, for samplers that learn and for benchmarks.
///
/// Where the rule has tables and the predictor a compiled form, it does so a million times a second and takes no
/// memory. Any other rule is evaluated point by point, and any other predictor asked for each architecture; the
/// numbers are the same bit by bit.
package struct CandidateCosting: Sendable {
  private let finder: any MemberFinder
  private let latency: any CompiledLatency

  package init(_ rule: ScalingRule, predictor: any LatencyPredictor) {
    finder = rule.memberFinder
    latency = predictor.compiled(for: finder.frame) ?? AskedPredictor(frame: finder.frame, predictor: predictor)
  }

  /// Whether both the rule and the predictor have a compiled form.
  package var isCompiled: Bool { finder is CompiledRule && !(latency is AskedPredictor) }

  /// Memory for one member.
  package func makeMember() -> CompiledMember { finder.makeMember() }

  /// Finds the member at a point of the unit cube.
  ///
  /// - Parameter member: Memory made here. Without a member there, it means nothing afterwards.
  /// - Returns: Whether there is a valid architecture.
  package func find(at point: [Double], _ member: inout CompiledMember) -> Bool { finder.find(at: point, &member) }

  /// The cost of a member that was found; nil when the latency model cannot speak for it: it
  /// lies outside what was measured.
  package func cost(of member: CompiledMember) -> CandidateCost? {
    guard let seconds = latency.seconds(of: member), seconds.isFinite, seconds > 0 else { return nil }
    return CandidateCost(member, latencySeconds: seconds)
  }

  /// The cost of a member that was found, but for its latency, which is 0.
  package func size(of member: CompiledMember) -> CandidateCost { CandidateCost(member, latencySeconds: 0) }

  /// The key that a member has with the widths of an architecture; nil when no member can be like it.
  package func key(of architecture: Architecture) -> ArchitectureKey? { finder.key(of: architecture) }
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
}

/// A predictor without a compiled form, asked for each architecture.
private struct AskedPredictor: CompiledLatency {
  let frame: Architecture
  let predictor: any LatencyPredictor

  func seconds(of member: CompiledMember) -> Double? {
    var architecture = frame
    architecture.embedding = member.embedding
    architecture.blocks = member.runs.prefix(member.runCount).flatMap { Array(repeating: $0.block, count: $0.count) }
    guard let seconds = try? predictor.predict(architecture).seconds,
      predictor.support(of: architecture).isInside
    else { return nil }
    return seconds
  }
}
