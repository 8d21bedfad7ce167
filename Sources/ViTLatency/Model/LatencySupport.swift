internal import ViTArchitecture
internal import ViTNumerics

/// Whether a prediction rests on what was measured.
package enum LatencySupport: Hashable, Sendable {
  case inside
  /// Outside what was measured, and why.
  case outside(reason: String)

  package var isInside: Bool { self == .inside }

  /// Nil inside.
  package var reason: String? {
    if case .outside(let reason) = self { reason } else { nil }
  }
}

/// Where a sum of terms, fitted to some networks, may be believed.
///
/// A network is described by the shares of the terms in its latency. Its leverage says how much the errors of the
/// measurements add up to in its prediction: the variance of the prediction over that of one measurement. That of a
/// network that was measured is never above 1, whatever was measured beside it; a network above 1 combines the terms as no
/// measured network did, though each of its dimensions may lie within the range of theirs.
///
/// Source: Hoaglin and Welsch, "The hat matrix in regression and ANOVA", The American Statistician 32, 1978.
struct TermLeverage: Hashable, Sendable {
  private let terms: [LatencyModel.Term]
  /// The inverse of the lower Cholesky factor of the shares' moment matrix, row by row without the zeros above the diagonal.
  private let inverse: [Double]

  /// What is known of a term without a measurement, as a share of a measurement's variance over the term's: a
  /// measurement with the model's errors is good to some 3%, a term's seconds to their own size.
  private static let ridge = 0.001
  /// The largest leverage of a network that was measured.
  static let limit = 1.0

  /// Nil when there is no term, or the matrix cannot be inverted.
  init?(_ terms: [LatencyModel.Term], measured: [LatencyFeatures]) {
    let count = terms.count
    guard count > 0 else { return nil }
    var moments = [Double](repeating: 0, count: count * count)
    for row in 0..<count { moments[row * count + row] = Self.ridge }
    for features in measured {
      let values = terms.map { $0.seconds * features[$0.feature] }
      let sum = values.reduce(0, +)
      guard sum > 0 else { continue }
      for row in 0..<count {
        for column in 0...row { moments[row * count + column] += values[row] * values[column] / (sum * sum) }
      }
    }
    var identity = [Double](repeating: 0, count: count * count)
    for row in 0..<count { identity[row * count + row] = 1 }
    guard let factor = try? CholeskyFactor(moments, order: count),
      (try? factor.solveLower(&identity, count: count)) != nil
    else { return nil }
    self.terms = terms
    inverse = (0..<count).flatMap { row in (0...row).map { identity[row * count + $0] } }
  }

  /// The leverage of a network whose terms' seconds add up to `sum`; allocates nothing.
  func callAsFunction(_ features: LatencyFeatures, sum: Double) -> Double {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: terms.count) { shares in
      var leverage = 0.0
      var place = 0
      for row in terms.indices {
        shares.initializeElement(at: row, to: terms[row].seconds * features[terms[row].feature] / sum)
        var value = 0.0
        for column in 0...row {
          value += inverse[place] * shares[column]
          place += 1
        }
        leverage += value * value
      }
      return leverage
    }
  }
}
