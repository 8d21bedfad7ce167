/// A scaling rule evaluated point by point: for those of continuous numbers or of too many combinations, which
/// `CompiledRule` has no tables for.
struct EvaluatedRule: MemberFinder {
  let rule: ScalingRule

  init(_ rule: ScalingRule) { self.rule = rule }

  var frame: Architecture { rule.frame }

  func makeMember() -> CompiledMember {
    CompiledMember(depth: min(max(rule.depthRange.upperBound, 1), Architecture.depthLimit), openNumbers: 0)
  }

  func find(at point: [Double], _ member: inout CompiledMember) -> Bool {
    guard let architecture = try? rule.architecture(at: point) else { return false }
    member.hold(architecture)
    return true
  }
}

extension CompiledMember {
  /// - Parameter architecture: A valid one, no deeper than there is memory for.
  fileprivate mutating func hold(_ architecture: Architecture) {
    embedding = architecture.embedding
    depth = architecture.depth
    runCount = 0
    for block in architecture.blocks {
      if runCount > 0, runs[runCount - 1].block == block {
        runs[runCount - 1].count += 1
      } else {
        runs[runCount] = Run(block: block, count: 1)
        runCount += 1
      }
    }
    let cost = architecture.cost.total
    parameterCount = cost.parameters
    multiplyAccumulates = cost.multiplyAccumulates
    key = ArchitectureKey(architecture)
  }
}
