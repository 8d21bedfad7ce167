/// What the sum over a unit's scored tensors is divided by, so that kinds compare.
///
/// A channel of the embedding is scored in every block, a head in six tensors (weights and biases of query, key and
/// value), a query/key dimension stands for its key twin too, a value dimension for its projection column. The
/// paper's code divides by 12, 12, 2, 2 and 1 for the twelve blocks of DeiT-B; its 12 for heads is 6 tensors times the
/// 2 of query and key.
package struct SaliencyDivisors: Hashable, Sendable, Codable {
  package var values: [UnitKind: Double]

  /// The paper's, with the depth for the embedding's 12.
  ///
  /// - Parameter changed: Divisors in place of those, finite and above 0.
  package init(depth: Int, changed: [UnitKind: Double] = [:]) {
    let paper: [UnitKind: Double] = [
      .embedding: Double(depth), .heads: 12, .queryKey: 2, .value: 2, .mlpHidden: 1,
    ]
    values = paper.merging(changed) { $1 }
  }

  package subscript(kind: UnitKind) -> Double { values[kind] ?? 1 }

  /// The divisor of each unit.
  func perUnit(_ layout: UnitLayout) -> [Double] {
    zip(layout.lists, layout.ranges).flatMap { list, range in Array(repeating: self[list.kind], count: range.count) }
  }
}
