package import ViTArchitecture
internal import ViTFiles

/// How many units go at a time, and how many stay.
package struct GroupSettings: Hashable, Sendable, Codable {
  /// Units of each kind that are removed together; a list is cut to a multiple of it.
  package var sizes: [UnitKind: Int]
  /// Units of each kind that are never removed, in every list.
  package var floors: [UnitKind: Int]
  /// Whether the widths of all linear layers inside the blocks (E, H QK, H V, M) stay multiples of 16, which 2:4
  /// sparsity needs.
  package var keepsMultiplesOf16: Bool

  private enum CodingKeys: String, SnakeCaseKey { case sizes, floors, keepsMultiplesOf16 = "multiples_of_16" }

  /// The paper's groups for DeiT-B: 16 channels, 2 heads, 8 query/key and value dimensions, 16 hidden units.
  package static let paperSizes: [UnitKind: Int] = [
    .embedding: 16, .heads: 2, .queryKey: 8, .value: 8, .mlpHidden: 16,
  ]
  /// The least number of groups that a list of a small model is split into.
  package static let leastGroups: [UnitKind: Int] = [
    .embedding: 32, .heads: 4, .queryKey: 8, .value: 8, .mlpHidden: 16,
  ]

  /// The paper's group sizes for models as large as its DeiT-B, smaller groups for smaller models.
  ///
  /// A group is never more than a share of the widest list of its kind: 1/32 of the channels, which all blocks share,
  /// 1/16 of the hidden units, 1/8 of the query/key and value dimensions, 1/4 of the heads; of such sizes it is the
  /// largest power of two. Where that leaves the paper's sizes, they hold. As in the paper, one group of each list
  /// stays.
  ///
  /// - Parameters:
  ///   - sizes: Group sizes in place of those, at least 1.
  ///   - floors: Floors in place of the group sizes, at least 1.
  package init(
    for dense: Architecture, sizes: [UnitKind: Int] = [:], floors: [UnitKind: Int] = [:],
    keepsMultiplesOf16: Bool = false
  ) {
    var allSizes: [UnitKind: Int] = [:]
    var allFloors: [UnitKind: Int] = [:]
    for kind in UnitKind.allCases {
      let widest = dense.unitLists.filter { $0.kind == kind }.map { dense[$0] }.max() ?? 1
      let share = GroupSettings.powerOfTwo(atMost: max(1, widest / (GroupSettings.leastGroups[kind] ?? 1)))
      allSizes[kind] = max(1, sizes[kind] ?? min(GroupSettings.paperSizes[kind] ?? 1, share))
      allFloors[kind] = max(1, floors[kind] ?? allSizes[kind] ?? 1)
    }
    self.sizes = allSizes
    self.floors = allFloors
    self.keepsMultiplesOf16 = keepsMultiplesOf16
  }

  private static func powerOfTwo(atMost number: Int) -> Int { 1 << (Int.bitWidth - 1 - number.leadingZeroBitCount) }

  package func size(_ kind: UnitKind) -> Int { max(1, sizes[kind] ?? 1) }
  package func floor(_ kind: UnitKind) -> Int { max(1, floors[kind] ?? 1) }

  /// What is left of a list when its next group is removed: the next smaller multiple of the group size, or the
  /// floor; nil when nothing more may go.
  package func nextCount(of list: UnitList, in architecture: Architecture) -> Int? {
    let count = architecture[list]
    let floor = floor(list.kind)
    guard count > floor else { return nil }
    var smaller = architecture
    for next in stride(from: count - 1, through: floor, by: -1)
    where next % size(list.kind) == 0 || next == floor {
      guard keepsMultiplesOf16 else { return next }
      smaller[list] = next
      if GroupSettings.hasMultiplesOf16(smaller, list) { return next }
    }
    return nil
  }

  private static func hasMultiplesOf16(_ architecture: Architecture, _ list: UnitList) -> Bool {
    guard let index = list.block else { return architecture.embedding % 16 == 0 }
    let block = architecture.blocks[index]
    let keys = block.heads * block.queryKey % 16 == 0
    let values = block.heads * block.value % 16 == 0
    switch list.kind {
    case .embedding: return architecture.embedding % 16 == 0
    case .heads: return keys && values
    case .queryKey: return keys
    case .value: return values
    case .mlpHidden: return block.mlpHidden % 16 == 0
    }
  }

  /// The architecture when every list is at its end.
  ///
  /// With multiples of 16 the end depends on the order in which heads and their widths go; this is the end where the
  /// widths go first.
  package func smallest(of architecture: Architecture) -> Architecture {
    var smallest = architecture
    for kind in [UnitKind.embedding, .queryKey, .value, .mlpHidden, .heads] {
      for list in architecture.unitLists where list.kind == kind {
        while let next = nextCount(of: list, in: smallest) { smallest[list] = next }
      }
    }
    return smallest
  }

  /// How many groups a list of the architecture holds beyond its floor.
  package func groupCount(of list: UnitList, in architecture: Architecture) -> Int {
    var rest = architecture
    var groups = 0
    while let next = nextCount(of: list, in: rest) {
      rest[list] = next
      groups += 1
    }
    return groups
  }
}
