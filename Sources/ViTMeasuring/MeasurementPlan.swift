internal import ViTArchitecture
internal import ViTLatency
internal import ViTNumerics

/// Which architectures a latency model is fitted to.
struct MeasurementPlan {
  /// Baselines and the members with the most extreme dimensions: always measured, so that the fitted ranges hold the
  /// whole space.
  let required: [Architecture]
  /// More, best first: mostly members of the space, of every depth alike, and every fourth a shallow one whose blocks come
  /// from different members, which tells apart what varies together in the space.
  let optional: [Architecture]
  /// Those that are no members of the space.
  let auxiliary: Set<Architecture>

  init(_ space: SpaceMembers, seed: UInt64, limit: Int) {
    var seen: Set<Architecture> = []
    required = (space.baselines + space.extremes).filter { seen.insert($0).inserted }
    var random = CounterRandom(seed: seed, purpose: "latency.plan")
    let members = Self.spread(space.members.filter { !seen.contains($0) }, count: limit, random: &random)
    var optional: [Architecture] = []
    var auxiliary: Set<Architecture> = []
    let known = Set(space.members)
    for member in members {
      if optional.count % 4 == 3 {
        let hybrid = Self.shallow(member, from: space.members, random: &random)
        if seen.insert(hybrid).inserted {
          optional.append(hybrid)
          if !known.contains(hybrid) { auxiliary.insert(hybrid) }
        }
      }
      if seen.insert(member).inserted { optional.append(member) }
    }
    self.optional = Array(optional.prefix(limit))
    self.auxiliary = auxiliary
  }

  /// Members of every depth in turn, and of each depth spread evenly over the ranks of multiply-accumulates, in an order
  /// in which every beginning is spread too.
  private static func spread(
    _ members: [Architecture], count: Int, random: inout CounterRandom
  ) -> [Architecture] {
    let byDepth = Dictionary(grouping: members, by: \.depth).mapValues { members in
      members.map { ($0.multiplyAccumulates, $0) }.sorted { $0.0 < $1.0 }.map(\.1)
    }
    let depths = byDepth.keys.sorted()
    guard !depths.isEmpty else { return [] }
    // Multiples of the golden ratio, modulo 1, with a random start: any first n of them are spread evenly.
    let start = random.uniform()
    return (0..<count).compactMap { index in
      let step = 0.618_033_988_749_894_9
      let round = index / depths.count
      let depth = Self.permuted(index % depths.count, of: depths.count)
      guard let sorted = byDepth[depths[depth]] else { return nil }
      // A depth begins where the one before it left off, so that size and depth do not vary together.
      let position = (start + Double(round * depths.count + depth) * step).truncatingRemainder(dividingBy: 1)
      return sorted[min(Int(position * Double(sorted.count)), sorted.count - 1)]
    }
  }

  /// The places 0 to `count` - 1 in an order that jumps.
  private static func permuted(_ index: Int, of count: Int) -> Int {
    var stride = max(1, Int((0.618 * Double(count)).rounded()))
    func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }
    while divisor(stride, count) != 1 { stride += 1 }
    return index * stride % count
  }

  /// As `member`, with two to four blocks, each of another random member.
  private static func shallow(
    _ member: Architecture, from members: [Architecture], random: inout CounterRandom
  ) -> Architecture {
    var shallow = member
    let depth = min(member.depth, Int.random(in: 2...4, using: &random))
    shallow.blocks = (0..<depth).map { index in
      let blocks = (members.randomElement(using: &random) ?? member).blocks
      return blocks.randomElement(using: &random) ?? member.blocks[index]
    }
    return shallow
  }
}
