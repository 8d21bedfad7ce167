internal import ViTArchitecture

/// A latency table for the members of one family.
struct CompiledLatencyTable: CompiledLatency {
  let grid: TableGrid

  func seconds(of member: CompiledMember) -> Double? {
    var sum = 0.0
    for index in 0..<member.runCount {
      let (block, count) = (member.runs[index].block, member.runs[index].count)
      guard
        let seconds = grid.interpolate(
          member.embedding, block.heads, block.queryKey, block.value, block.mlpHidden)
      else { return nil }
      // Block by block, as the table adds them up: a product would round otherwise.
      for _ in 0..<count { sum += seconds }
    }
    return sum
  }
}
