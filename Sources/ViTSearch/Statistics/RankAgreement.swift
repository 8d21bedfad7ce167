package import ViTNumerics

/// How well two scores of the same candidates agree on their order: Kendall's tau-b within groups, with an interval.
///
/// Candidates are compared within their group, a latency target: that larger networks are more accurate at every rung
/// is no merit of the rungs, and halving compares none across targets.
///
/// The interval is the inverted parametric bootstrap's. It holds the rank correlations under which a tau as far from
/// them as the one seen has a probability of 2.5% or more; that probability comes from simulated scores with a Gaussian
/// copula, whatever the scores' own distributions. Drawing again from a handful of candidates cannot show how far tau
/// spreads: six that agree in every pair would give the interval from 1 to 1.
///
/// Source of the inversion: Efron and Tibshirani, "An introduction to the bootstrap", 1993, chapter 12.
package struct RankAgreement: Hashable, Sendable {
  /// Kendall's tau-b, -1 to 1.
  package var tau: Estimate
  /// Candidates compared.
  package var count: Int
  /// Pairs of candidates within a group.
  package var pairs: Int

  /// Whether the interval excludes that the scores order no better than chance.
  package var isPositive: Bool { tau.lower ?? -1 > 0 }

  /// - Parameters:
  ///   - groups: The two scores of each candidate, by group.
  ///   - seed: Of the simulation.
  ///   - draws: Simulated samples.
  /// - Returns: Nil when no group holds two candidates, or one of the scores never differs within a group.
  package init?(_ groups: [[(x: Double, y: Double)]], seed: UInt64, confidence: Double = 0.95, draws: Int = 2000) {
    let groups = groups.filter { $0.count >= 2 }
    guard let tau = RankAgreement.tau(groups) else { return nil }
    count = groups.map(\.count).reduce(0, +)
    pairs = groups.map { $0.count * ($0.count - 1) / 2 }.reduce(0, +)

    // Scores x and k x + e with x and e standard normal have the rank correlation 2/pi arctan(k) (Kendall 1938), and
    // order a pair alike exactly if k is above the pair's -de/dx. So the k from which on a sample has tau or more is
    // one of its sorted -de/dx, and that k's quantiles over many samples bound the interval.
    let alike = Double(pairs) * (tau + 1) / 2
    // Rounding must not tell a tau that can be reached from the one seen.
    let fewest = Int((alike - 1e-9).rounded(.up))
    let most = Int((alike + 1e-9).rounded(.down))
    var reached: [Double] = []
    var exceeded: [Double] = []
    for draw in 0..<draws {
      var random = CounterRandom(seed: seed, purpose: "rank-agreement", stream: UInt64(draw))
      let slopes = RankAgreement.slopes(sizes: groups.map(\.count), &random)
      if fewest > 0 { reached.append(slopes[fewest - 1]) }
      if most < pairs { exceeded.append(slopes[most]) }
    }
    func correlation(_ slope: Double?) -> Double? { slope.map { 2 / .pi * Trigonometry.arctangent($0) } }
    self.tau = Estimate(
      tau, lower: correlation(Statistics.quantile(reached, (1 - confidence) / 2)) ?? -1,
      upper: correlation(Statistics.quantile(exceeded, (1 + confidence) / 2)) ?? 1, covers: .simulation,
      confidence: confidence)
  }

  /// Kendall's tau-b of the pairs within groups, or nil where a score never differs within one.
  static func tau(_ groups: [[(x: Double, y: Double)]]) -> Double? {
    func sign(_ a: Double, _ b: Double) -> Int { (a > b ? 1 : 0) - (a < b ? 1 : 0) }
    var (score, distinctX, distinctY) = (0, 0, 0)
    for group in groups {
      for i in group.indices {
        for j in group.indices.prefix(upTo: i) {
          let (signX, signY) = (sign(group[i].x, group[j].x), sign(group[i].y, group[j].y))
          score += signX * signY
          distinctX += signX * signX
          distinctY += signY * signY
        }
      }
    }
    guard distinctX > 0, distinctY > 0 else { return nil }
    return Double(score) / (Double(distinctX) * Double(distinctY)).squareRoot()
  }

  /// -de/dx of every pair within groups of the given sizes, in ascending order.
  private static func slopes(sizes: [Int], _ random: inout CounterRandom) -> [Double] {
    var slopes: [Double] = []
    for size in sizes {
      let points = (0..<size).map { _ in (x: random.gaussian(), e: random.gaussian()) }
      for i in points.indices {
        for j in 0..<i { slopes.append(-(points[i].e - points[j].e) / (points[i].x - points[j].x)) }
      }
    }
    return slopes.sorted()
  }
}

extension RankAgreement: Codable {
  private enum CodingKeys: String, CodingKey {
    case tau, lower, upper, count, pairs
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    tau = Estimate(
      try container.decode(Double.self, forKey: .tau), lower: try container.decode(Double.self, forKey: .lower),
      upper: try container.decode(Double.self, forKey: .upper), covers: .simulation)
    count = try container.decode(Int.self, forKey: .count)
    pairs = try container.decode(Int.self, forKey: .pairs)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(tau.value, forKey: .tau)
    try container.encode(tau.lower ?? -1, forKey: .lower)
    try container.encode(tau.upper ?? 1, forKey: .upper)
    try container.encode(count, forKey: .count)
    try container.encode(pairs, forKey: .pairs)
  }
}
