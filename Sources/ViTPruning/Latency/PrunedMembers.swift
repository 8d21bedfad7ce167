package import ViTArchitecture
package import ViTLatency
internal import ViTNumerics

extension GroupSettings {
  /// What pruning a dense model passes through, to fit a latency model to: prunings at random, the dense model and the
  /// smallest.
  ///
  /// Each has a level of its own between the smallest and the dense model, around which its widths scatter, for the
  /// widths of pruned models shrink together but not alike.
  ///
  /// - Parameter count: Prunings to draw.
  package func members(of dense: Architecture, seed: UInt64 = 0, count: Int = 1024) throws -> SpaceMembers {
    var random = CounterRandom(seed: seed, purpose: "pruned members")
    let smallest = smallest(of: dense)
    let members = (0..<count).map { _ in
      let level = random.uniform()
      var member = dense
      for list in dense.unitLists {
        let share = min(max(level + 0.25 * random.gaussian(), 0), 1)
        let width = Double(smallest[list]) + share * Double(dense[list] - smallest[list])
        let size = size(list.kind)
        member[list] = min(max(Int((width / Double(size)).rounded()) * size, smallest[list]), dense[list])
      }
      return member
    }
    return try SpaceMembers(members: [smallest] + members, baselines: [dense])
  }
}
