package import ViTArchitecture
internal import ViTNumerics

/// Members of a search space, drawn at random, and its baselines.
///
/// A pure function of the space and the seed.
package struct SpaceMembers: Sendable {
  /// Distinct members that meet the constraints on size; latency constraints are not looked at.
  package let members: [Architecture]
  package let baselines: [Architecture]

  /// The network that every other is measured beside: the first baseline, or else a member of middling size.
  package var reference: Architecture {
    if let first = baselines.first { return first }
    let sorted = members.map { ($0.multiplyAccumulates, $0) }.sorted { $0.0 < $1.0 }
    return sorted[sorted.count / 2].1
  }

  /// Tells spaces apart by what can be measured of them: two documents with the same one differ in names, comments, line
  /// endings or in what is trained, not in networks.
  package var digest: String {
    // More than that tell nothing new: the first ones are the corners and random points.
    let networks = (baselines + members.prefix(512)).map(\.digest)
    return SHA256.hexDigest("\(baselines.count) \(members.count) \(networks.joined(separator: " "))".utf8)
  }

  /// - Throws: `LatencyError` if no draw gives a valid member and there is no baseline; it says why the last failed.
  package init(of space: SearchSpace, seed: UInt64 = 0, draws: Int = 4096) throws(LatencyError) {
    try self.init(
      axes: space.rule.openNumbers.count, constraints: space.constraints,
      baselines: space.baselines.map(\.architecture), seed: seed, draws: draws
    ) { (point) throws(ArchitectureError) in try space.rule.architecture(at: point) }
  }

  /// - Parameters:
  ///   - axes: Open numbers of the space.
  ///   - architecture: The member at a point of the unit cube.
  package init(
    axes: Int, constraints: [Constraint], baselines: [Architecture], seed: UInt64 = 0, draws: Int = 4096,
    architecture: ([Double]) throws(ArchitectureError) -> Architecture
  ) throws(LatencyError) {
    var members: [Architecture] = []
    var seen: Set<Architecture> = []
    var problem = "none meets the constraints"
    for point in Self.points(axes: axes, seed: seed, draws: draws) {
      do throws(ArchitectureError) {
        let member = try architecture(point)
        guard constraints.allSatisfy({ $0.allows(member) }), seen.insert(member).inserted else { continue }
        members.append(member)
      } catch {
        problem = error.description
      }
    }
    guard !members.isEmpty || !baselines.isEmpty else {
      throw LatencyError(.insufficient, "the space has no member to measure: \(problem)")
    }
    self.members = members
    self.baselines = baselines
  }

  /// Architectures that come from elsewhere than a document.
  ///
  /// - Throws: `LatencyError` if there is none.
  package init(members: [Architecture], baselines: [Architecture]) throws(LatencyError) {
    guard !members.isEmpty || !baselines.isEmpty else {
      throw LatencyError(.insufficient, "there is no architecture to measure")
    }
    var seen: Set<Architecture> = []
    self.members = members.filter { seen.insert($0).inserted }
    self.baselines = baselines
  }

  /// The corners of the unit cube (of all its axes up to eight, else the two extreme ones), then random points.
  private static func points(axes: Int, seed: UInt64, draws: Int) -> [[Double]] {
    guard axes > 0 else { return [[]] }
    let top = 1.0.nextDown
    var points = [[Double](repeating: 0, count: axes), [Double](repeating: top, count: axes)]
    if axes <= 8 {
      points += (1..<(1 << axes)).dropLast().map { corner in
        (0..<axes).map { corner >> $0 & 1 == 1 ? top : 0 }
      }
    }
    var random = CounterRandom(seed: seed, purpose: "latency.members")
    return points + (0..<draws).map { _ in (0..<axes).map { _ in random.uniform() } }
  }

  /// Members and baselines that between them reach the smallest and the largest value of every dimension.
  package var extremes: [Architecture] {
    let measures: [(Architecture) -> (low: Int, high: Int)] = [
      { ($0.embedding, $0.embedding) },
      { ($0.depth, $0.depth) },
      { Self.bounds($0, \.heads) },
      { Self.bounds($0, \.queryKey) },
      { Self.bounds($0, \.value) },
      { Self.bounds($0, \.mlpHidden) },
    ]
    // The cheapest first, so that of all that reach a bound, the one that is quickest to measure is taken.
    let candidates = (baselines + members).map { ($0.multiplyAccumulates, $0) }.sorted { $0.0 < $1.0 }.map(\.1)
    let all = candidates.map { member in measures.map { $0(member) } }
    var chosen: [Int] = []
    for measure in measures.indices {
      guard let low = all.map({ $0[measure].low }).min(), let high = all.map({ $0[measure].high }).max() else {
        continue
      }
      for reaches in [{ $0.low == low }, { $0.high == high }] as [((low: Int, high: Int)) -> Bool] {
        if chosen.contains(where: { reaches(all[$0][measure]) }) { continue }
        if let index = all.indices.first(where: { reaches(all[$0][measure]) }) { chosen.append(index) }
      }
    }
    return chosen.map { candidates[$0] }
  }

  private static func bounds(_ member: Architecture, _ width: KeyPath<Architecture.Block, Int>) -> (Int, Int) {
    let widths = member.blocks.map { $0[keyPath: width] }
    return (widths.min() ?? 0, widths.max() ?? 0)
  }
}
