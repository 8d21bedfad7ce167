/// A function from (E, depth position) to the four dimensions of a block, with some numbers fixed and some open.
///
/// A point of the unit cube, one coordinate for each open number, stands for one member of the family that the rule
/// describes. Evaluating a point reads no text and looks nothing up by name.
package struct ScalingRule: Hashable, Sendable {
  /// The numbers left open, in document order; each is one axis of the unit cube that samplers draw from.
  package let openNumbers: [OpenNumber]
  /// What every member shares; its embedding and blocks mean nothing.
  let frame: Architecture
  let embedding: RuleNumber
  let depth: RuleNumber
  let heads: Dimension
  let queryKey: Dimension
  let value: Dimension
  let mlpHidden: Dimension

  /// The concrete architecture at a point of the unit cube.
  ///
  /// - Parameter point: One coordinate in [0, 1) for each of `openNumbers`.
  /// - Throws: `ArchitectureError` if the dimensions there make no valid architecture.
  /// - Complexity: O(depth); a few microseconds for twelve blocks.
  package func architecture(at point: [Double]) throws(ArchitectureError) -> Architecture {
    guard point.count == openNumbers.count else {
      throw ArchitectureError("a point of \(point.count) coordinates, expected \(openNumbers.count)")
    }
    var open: [Double] = []
    open.reserveCapacity(point.count)
    for index in point.indices { open.append(openNumbers[index].value(at: point[index])) }

    let embedding = Int(embedding.value(open))
    let depth = Int(depth.value(open))
    let heads = try heads.widths(open, embedding: embedding, depth: depth, name: "heads")
    let queryKey = try queryKey.widths(open, embedding: embedding, depth: depth, name: "query/key width")
    let value = try value.widths(open, embedding: embedding, depth: depth, name: "value width")
    let mlpHidden = try mlpHidden.widths(open, embedding: embedding, depth: depth, name: "MLP width")

    var architecture = frame
    architecture.embedding = embedding
    architecture.blocks = (0..<depth).map {
      Architecture.Block(heads: heads[$0], queryKey: queryKey[$0], value: value[$0], mlpHidden: mlpHidden[$0])
    }
    try architecture.validate()
    return architecture
  }

  /// The values of the open numbers at a point, in the units that the document writes them in.
  ///
  /// - Parameter point: One coordinate for each of `openNumbers`.
  package func values(at point: [Double]) -> [(path: String, value: Double)] {
    precondition(point.count == openNumbers.count, "a point has one coordinate for each open number")
    return zip(openNumbers, point).map { ($0.path, $0.value(at: $1)) }
  }
}

extension ScalingRule {
  /// The middle of the unit cube.
  package var middle: [Double] { Array(repeating: 0.5, count: openNumbers.count) }

  /// The number of distinct points; nil when a continuous number makes it infinite, or when it exceeds `Int.max`.
  /// Distinct points may give equal architectures.
  package var cardinality: Int? {
    var product = 1
    for number in openNumbers {
      guard let count = number.domain.count else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: count)
      guard !overflow else { return nil }
      product = next
    }
    return product
  }

  /// The point with the given number, where all are finite: the last open number varies fastest.
  ///
  /// - Parameter number: 0 ..< `cardinality`.
  package func point(numbered number: Int) -> [Double] {
    var rest = number
    var point = middle
    for index in openNumbers.indices.reversed() {
      let count = openNumbers[index].domain.count ?? 1
      point[index] = openNumbers[index].domain.coordinate(ofIndex: rest % count)
      rest /= count
    }
    return point
  }

  /// What every member tells apart.
  package var classCount: Int { frame.classCount }

  /// The narrowest and the widest embedding of the family.
  package var embeddingRange: ClosedRange<Int> { range(of: embedding) }
  /// The least and the greatest depth of the family.
  package var depthRange: ClosedRange<Int> { range(of: depth) }

  private func range(of number: RuleNumber) -> ClosedRange<Int> {
    switch number.source {
    case .fixed(let value): Int(value)...Int(value)
    case .open(let index): Int(openNumbers[index].domain.minimum)...Int(openNumbers[index].domain.maximum)
    }
  }
}
