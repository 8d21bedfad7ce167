/// A scaling rule prepared for costing a great many of its members: widths are looked up, and equal blocks that follow
/// each other are costed once. Parameters and multiply-accumulates are exactly those of `Architecture`.
package struct CompiledRule: MemberFinder {
  package let frame: Architecture
  private let domains: [Domain]
  private let heads: WidthTable
  private let queryKey: WidthTable
  private let value: WidthTable
  private let mlpHidden: WidthTable
  private let embedding: ValueTable
  private let depth: ValueTable
  /// Cost of all but the blocks, for each embedding width.
  private let ends: [OperatorCost]
  private let tokens: Int

  /// Nil when a dimension depends on a continuous number or on too many combinations of numbers, or when what members
  /// share is no part of an architecture; `ScalingRule.memberFinder` serves all rules.
  ///
  /// - Complexity: O(combinations x depth); some milliseconds for usual rules.
  package init?(_ rule: ScalingRule) {
    guard
      let heads = WidthTable(rule.heads, of: rule, name: "heads", allowed: Architecture.headLimits),
      let queryKey = WidthTable(
        rule.queryKey, of: rule, name: "query/key width", allowed: Architecture.attentionWidthLimits),
      let value = WidthTable(rule.value, of: rule, name: "value width", allowed: Architecture.attentionWidthLimits),
      let mlpHidden = WidthTable(rule.mlpHidden, of: rule, name: "MLP width", allowed: Architecture.mlpLimits),
      let embedding = ValueTable(rule.embedding, of: rule), let depth = ValueTable(rule.depth, of: rule)
    else { return nil }
    var smallest = rule.frame
    smallest.embedding = 1
    smallest.blocks = [Architecture.Block(heads: 1, queryKey: 1, value: 1, mlpHidden: 1)]
    guard (try? smallest.validate()) != nil else { return nil }
    smallest.blocks = []
    ends = embedding.values.map { width in
      var empty = smallest
      empty.embedding = Architecture.embeddingLimits.contains(width) ? width : 1
      return empty.cost.total
    }
    frame = rule.frame
    domains = rule.openNumbers.map(\.domain)
    (self.heads, self.queryKey, self.value, self.mlpHidden) = (heads, queryKey, value, mlpHidden)
    (self.embedding, self.depth) = (embedding, depth)
    tokens = frame.tokenCount
  }

  package func makeMember() -> CompiledMember {
    CompiledMember(depth: heads.rowLength, openNumbers: domains.count)
  }

  /// Allocates nothing.
  package func find(at point: [Double], _ member: inout CompiledMember) -> Bool {
    precondition(
      point.count == domains.count && member.indices.count == domains.count,
      "a point has one coordinate for each open number")
    for axis in domains.indices {
      let u = point[axis] > 0 ? min(point[axis], 1 - 0x1p-53) : 0
      member.indices[axis] = domains[axis].index(at: u)
    }
    let width = embedding.index(member.indices)
    member.embedding = embedding.values[width]
    member.depth = depth.values[depth.index(member.indices)]
    guard Architecture.embeddingLimits.contains(member.embedding),
      let heads = heads.start(member.indices), let queryKey = queryKey.start(member.indices),
      let value = value.start(member.indices), let mlpHidden = mlpHidden.start(member.indices)
    else { return false }
    var last = 0
    var key = ArchitectureKey(embedding: member.embedding)
    for index in 0..<member.depth {
      let block = Architecture.Block(
        heads: self.heads[heads + index], queryKey: self.queryKey[queryKey + index],
        value: self.value[value + index], mlpHidden: self.mlpHidden[mlpHidden + index])
      if index > 0, member.runs[last].block == block {
        member.runs[last].count += 1
      } else {
        if index > 0 {
          key.add(member.runs[last].block, count: member.runs[last].count)
          last += 1
        }
        member.runs[last] = CompiledMember.Run(block: block, count: 1)
      }
    }
    key.add(member.runs[last].block, count: member.runs[last].count)
    member.runCount = last + 1
    member.key = key
    return addCost(to: &member, ends: ends[width])
  }

  /// - Returns: Whether the size is within an architecture's limits.
  private func addCost(to member: inout CompiledMember, ends: OperatorCost) -> Bool {
    var parameters = ends.parameters
    var multiplyAccumulates = ends.multiplyAccumulates
    var attention = 0.0
    for index in 0..<member.runCount {
      let run = member.runs[index]
      let cost = BlockCost(run.block, embedding: member.embedding, tokens: tokens)
      let total = cost.total
      parameters += run.count * total.parameters
      // Wraps around only where the limits below are broken.
      multiplyAccumulates &+= run.count &* total.multiplyAccumulates
      attention += Double(run.count) * Double(cost.attention.multiplyAccumulates)
    }
    member.parameterCount = parameters
    member.multiplyAccumulates = multiplyAccumulates
    return parameters <= Architecture.parameterLimit && attention <= Architecture.attentionLimit
  }
}

/// The values of a number that is fixed or open.
private struct ValueTable: Sendable {
  let values: [Int]
  private let number: Int?

  /// Nil for a number with infinitely many values.
  init?(_ number: RuleNumber, of rule: ScalingRule) {
    self.number = number.openIndex
    switch number.source {
    case .fixed(let value): values = [Int(value)]
    case .open(let index):
      let domain = rule.openNumbers[index].domain
      guard let count = domain.count, count <= WidthTable.rowLimit else { return nil }
      values = (0..<count).map { Int(domain.value(atIndex: $0)) }
    }
  }

  func index(_ indices: [Int]) -> Int { number.map { indices[$0] } ?? 0 }
}
