/// Summaries of samples.
package enum Statistics {
  /// The arithmetic mean; nil for no values.
  package static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// The sample standard deviation, with n - 1 in the denominator; nil for fewer than two values.
  package static func standardDeviation(_ values: [Double]) -> Double? {
    guard values.count >= 2, let mean = mean(values) else { return nil }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
  }

  /// The value below which a share of the sample lies, interpolated linearly between order statistics.
  ///
  /// This is type 7 of Hyndman and Fan (1996), the default of R and NumPy.
  ///
  /// - Parameters:
  ///   - values: The sample, in any order.
  ///   - share: Clamped to 0...1; 0.5 gives the median.
  /// - Returns: Nil for no values, or when one is not a number.
  package static func quantile(_ values: [Double], _ share: Double) -> Double? {
    guard !values.isEmpty, !share.isNaN, !values.contains(where: \.isNaN) else { return nil }
    let sorted = values.sorted()
    let position = min(max(share, 0), 1) * Double(sorted.count - 1)
    let lower = Int(position)
    let upper = min(lower + 1, sorted.count - 1)
    guard sorted[lower] != sorted[upper] else { return sorted[lower] }
    return sorted[lower] + (position - Double(lower)) * (sorted[upper] - sorted[lower])
  }

  /// The median; nil for no values.
  package static func median(_ values: [Double]) -> Double? { quantile(values, 0.5) }

  /// Kendall's rank correlation with the correction for ties (tau-b), from -1 to 1.
  ///
  /// - Returns: Nil when the samples differ in length, hold fewer than two pairs, or one of them is constant.
  /// - Complexity: O(n^2).
  /// - Source: Kendall, "The treatment of ties in ranking problems", Biometrika 33 (1945).
  package static func kendallTau(_ x: [Double], _ y: [Double]) -> Double? {
    guard x.count == y.count, x.count >= 2 else { return nil }
    var score = 0
    var distinctX = 0
    var distinctY = 0
    for i in x.indices {
      for j in x.indices.prefix(upTo: i) {
        let signX = (x[i] > x[j] ? 1 : 0) - (x[i] < x[j] ? 1 : 0)
        let signY = (y[i] > y[j] ? 1 : 0) - (y[i] < y[j] ? 1 : 0)
        score += signX * signY
        distinctX += signX * signX
        distinctY += signY * signY
      }
    }
    guard distinctX > 0, distinctY > 0 else { return nil }
    return Double(score) / (Double(distinctX) * Double(distinctY)).squareRoot()
  }
}
