package import ViTArchitecture

/// The place of every unit in an array that holds one number for each.
package struct UnitLayout: Sendable {
  package let lists: [UnitList]
  /// The units of each list.
  package let ranges: [Range<Int>]
  private let places: [UnitList: Int]

  package init(_ architecture: Architecture) {
    lists = architecture.unitLists
    var ranges: [Range<Int>] = []
    for list in lists {
      let start = ranges.last?.upperBound ?? 0
      ranges.append(start..<start + architecture[list])
    }
    self.ranges = ranges
    places = Dictionary(uniqueKeysWithValues: zip(lists, lists.indices))
  }

  /// Units of all lists together.
  package var unitCount: Int { ranges.last?.upperBound ?? 0 }

  /// - Parameter list: One of the architecture's.
  package func range(of list: UnitList) -> Range<Int> { places[list].map { ranges[$0] } ?? 0..<0 }

  /// The numbers of the units that are left, laid out as the smaller architecture's.
  package func values(_ values: [Double], keeping kept: KeptUnits) -> [Double] {
    zip(lists, ranges).flatMap { list, range in kept[list].map { values[range.lowerBound + $0] } }
  }
}
