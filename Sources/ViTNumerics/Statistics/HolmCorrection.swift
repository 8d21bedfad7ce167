/// P values of several tests made to answer for all of them together.
package enum HolmCorrection {
  /// For each test the smallest chance of one false claim, or more, among all of them at which it would be claimed.
  ///
  /// Whatever the tests have to do with one another, calling those at or below 0.05 decided makes a false claim in at
  /// most 5% of studies.
  ///
  /// - Parameter values: P values, 0 to 1, in any order; the result is in the same.
  /// - Source: Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6,
  ///   1979.
  package static func corrected(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var corrected = values
    var highest = 0.0
    for (rank, index) in order.enumerated() {
      highest = max(highest, min(1, Double(values.count - rank) * values[index]))
      corrected[index] = highest
    }
    return corrected
  }
}
