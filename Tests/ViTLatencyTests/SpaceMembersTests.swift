import LatencyTestSupport
import Testing
import ViTArchitecture
import ViTLatency

@Suite struct `Members of a space` {
  @Test func `are distinct and a function of the seed`() throws {
    let members = try SyntheticSpace.members()
    #expect(Set(members.members).count == members.members.count)
    #expect(try SyntheticSpace.members().members == members.members)
  }

  @Test func `meet the constraints on size`() throws {
    let constraints = [
      Constraint(quantity: .parameters, range: 0...200_000), Constraint(quantity: .depth, range: 8...9),
      Constraint(quantity: .latency, range: 0...0),
    ]
    let members = try SpaceMembers(axes: 7, constraints: constraints, baselines: [], draws: 500) { point in
      SyntheticSpace.architecture(point)
    }
    #expect(!members.members.isEmpty)
    #expect(members.members.allSatisfy { $0.parameterCount <= 200_000 && (8...9).contains($0.depth) })
  }

  @Test func `include extremes whose ranges hold every other`() throws {
    let members = try SyntheticSpace.members()
    let extremes = members.extremes
    #expect(extremes.count <= 12)
    let ranges = try #require(DimensionRanges(of: extremes))
    #expect(ranges == DimensionRanges(of: members.members + members.baselines))
    for member in members.members + members.baselines { try ranges.require(member) }
  }

  @Test func `are one when nothing is open`() throws {
    let only = SyntheticSpace.baselines[0]
    let members = try SpaceMembers(axes: 0, constraints: [], baselines: []) { _ in only }
    #expect(members.members == [only])
    #expect(members.extremes == [only])
  }

  @Test func `are reported missing with the reason`() {
    let none = #expect(throws: LatencyError.self) {
      try SpaceMembers(
        axes: 7, constraints: [Constraint(quantity: .embedding, range: 0...1)], baselines: [], draws: 10
      ) { point in SyntheticSpace.architecture(point) }
    }
    #expect(none?.description.contains("none meets the constraints") == true)
    let invalid = #expect(throws: LatencyError.self) {
      try SpaceMembers(axes: 1, constraints: [], baselines: [], draws: 10) { _ throws(ArchitectureError) in
        var broken = SyntheticSpace.baselines[0]
        broken.blocks[0].heads = 0
        try broken.validate()
        return broken
      }
    }
    #expect(invalid?.description.contains("block 1: heads is 0") == true)
  }
}
