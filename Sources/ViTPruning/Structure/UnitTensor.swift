package import ViTArchitecture
package import ViTTraining

/// A tensor as a matrix whose rows and columns belong to units.
package struct UnitTensor: Sendable {
  package let entry: ParameterTable.Entry
  package let rows: Axis
  package let columns: Axis
  /// Whether the tensor takes part in saliencies: weights and biases of the linear layers inside the network, not
  /// norms, tokens, positions and classifiers, which are only cut (NViT's table of scored tensors).
  package let isScored: Bool

  /// Rows or columns: ranges one after the other.
  package struct Axis: Hashable, Sendable {
    package let segments: [Segment]

    package var count: Int { segments.reduce(0) { $0 + $1.count } }

    /// The indices that are left of the axis.
    package func indices(keeping kept: KeptUnits) -> [Int] {
      var start = 0
      var indices: [Int] = []
      for segment in segments {
        indices += segment.indices(keeping: kept).map { start + $0 }
        start += segment.count
      }
      return indices
    }
  }

  /// A range of rows or columns that runs over the units of no list, of one, or of two, the second fastest.
  package struct Segment: Hashable, Sendable {
    package let lists: [UnitList]
    /// Units of each list; the number of rows or columns where there is no list.
    package let counts: [Int]
    /// The lists for whose saliency this range counts.
    package let scored: [UnitList]

    package var count: Int { counts.reduce(1, *) }

    func indices(keeping kept: KeptUnits) -> [Int] {
      guard let outer = lists.first else { return Array(0..<count) }
      guard lists.count > 1 else { return kept[outer] }
      return kept[outer].flatMap { index in kept[lists[1]].map { index * counts[1] + $0 } }
    }
  }
}

extension UnitTensor {
  /// Every tensor of a model, in the order of its parameter table.
  package static func tensors(of architecture: Architecture, _ table: ParameterTable) -> [UnitTensor] {
    let linearWeights = Set(table.entries.filter(\.isDecayed).map(\.name))
    return table.entries.map { entry in
      let stem = entry.name.hasSuffix(".bias") ? entry.name.dropLast("bias".count) + "weight" : Substring(entry.name)
      let isScored = entry.rowUnit != .fixed && linearWeights.contains(String(stem))
      // Tokens and positions lead with dimensions that are not pruned.
      let width = entry.columnUnit == .fixed ? entry.count / entry.shape[0] : entry.shape[entry.shape.count - 1]
      return UnitTensor(
        entry: entry, rows: axis(entry.rowUnit, areRows: true, count: entry.count / width, architecture),
        columns: axis(entry.columnUnit, areRows: false, count: width, architecture), isScored: isScored)
    }
  }

  private static func axis(
    _ unit: ParameterTable.StructuralUnit, areRows: Bool, count: Int, _ architecture: Architecture
  ) -> Axis {
    func segment(_ lists: [UnitList], scored: [UnitList] = []) -> Segment {
      Segment(lists: lists, counts: lists.map { architecture[$0] }, scored: scored)
    }
    switch unit {
    case .fixed:
      return Axis(segments: [Segment(lists: [], counts: [count], scored: [])])
    case .embedding:
      return Axis(segments: [segment([.embedding], scored: [.embedding])])
    case .mlpHidden(let block):
      let hidden = UnitList(.mlpHidden, block: block)
      // The first layer of the MLP is scored, as its pre-activation; GELU makes the second one another function.
      return Axis(segments: [segment([hidden], scored: areRows ? [hidden] : [])])
    case .value(let block):
      // Removing a value dimension and removing its input column of the projection are the same function, so the
      // values' own rows are scored.
      return Axis(segments: [segment([UnitList(.heads, block: block), UnitList(.value, block: block)])])
    case .queryKeyValue(let block):
      let heads = UnitList(.heads, block: block)
      let queryKey = UnitList(.queryKey, block: block)
      let value = UnitList(.value, block: block)
      // Gating a query dimension and gating its key twin are the same function, so queries alone are scored.
      return Axis(segments: [
        segment([heads, queryKey], scored: [heads, queryKey]), segment([heads, queryKey], scored: [heads]),
        segment([heads, value], scored: [heads, value]),
      ])
    }
  }
}
