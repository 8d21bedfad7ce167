import Testing
import ViTNumerics

import ViTSearch

/// Counts how often intervals hold the truth, over simulated studies.
struct Coverage {
  private(set) var held = 0
  private(set) var count = 0

  var share: Double { Double(held) / Double(count) }
  /// Three standard deviations of the share of 95% intervals that hold, so that a right method fails one run in 370;
  /// with a fixed seed it either always fails or never does.
  var slack: Double { 3 * (0.95 * 0.05 / Double(count)).squareRoot() }

  mutating func add(_ holds: Bool) {
    held += holds ? 1 : 0
    count += 1
  }
}

@Suite struct `The comparison with baselines` {
  /// A curve that flattens as latency grows, as accuracies of a family do.
  private func family(_ latency: Double) -> Double { 0.9 - 0.2 * Exponential.power(latency, -0.6) }

  private func sample(_ mean: Double, _ count: Int, _ random: inout CounterRandom) throws -> MeanInterval {
    try #require(MeanInterval((0..<count).map { _ in mean + 0.004 * random.gaussian() }))
  }

  private func coverage(of latencies: [Double], seeds: Int) throws -> Coverage {
    var coverage = Coverage()
    for study in 0..<2000 {
      var random = CounterRandom(seed: 3, purpose: "baseline-coverage", stream: UInt64(study))
      let references = try latencies.map {
        WelchComparison.Reference(latencySeconds: $0, accuracy: try sample(family($0), seeds, &random))
      }
      let own = try sample(family(1.4) + 0.01, seeds, &random)
      let difference = try #require(WelchComparison.difference(of: own, at: 1.4, from: references))
      coverage.add(try #require(difference.estimate.interval).contains(0.01))
    }
    return coverage
  }

  /// Welch's intervals are known to be slightly too wide for few values, so there is no upper limit but 1.
  @Test(arguments: [3, 5, 10]) func `holds the true difference in 95 of 100 studies`(seeds: Int) throws {
    let coverage = try coverage(of: [0.5, 1, 2, 4], seeds: seeds)
    #expect(coverage.share > 0.95 - coverage.slack, "\(coverage.share)")
  }

  /// A straight line between the two neighbours runs below the family's curve: what the parabolas are for.
  @Test func `would favour the candidate along a straight line`() throws {
    let straight = try coverage(of: [1, 2], seeds: 10)
    #expect(straight.share < 0.8, "\(straight.share)")
  }

  @Test(arguments: [0.6, 1.0, 1.5, 2, 2.5, 3.9, 4]) func `is exact where the family is a parabola`(latency: Double) {
    func parabola(_ latency: Double) -> Double {
      let x = Logarithm.natural(latency)
      return 0.7 + 0.1 * x - 0.03 * x * x
    }
    let latencies = [4.0, 0.5, 2, 1]
    let shares = BaselineComparison.shares(at: latency, latencies: latencies) { parabola(latencies[$0]) }
    #expect(abs(shares.map { $0.share * parabola(latencies[$0.index]) }.reduce(0, +) - parabola(latency)) < 1e-12)
    #expect(abs(shares.map(\.share).reduce(0, +) - 1) < 1e-12)
  }

  /// The shares that `Verdict` documents. With 4000 studies their standard deviation is 0.4 points.
  @Test(arguments: [(3, 0.05), (6, 0.055), (8, 0.06)])
  func `is rarely decided wrongly when seeds are added until it is decided`(most: Int, share: Double) throws {
    var (wrong, naive) = (0, 0)
    for study in 0..<4000 {
      var random = CounterRandom(seed: 4, purpose: "stopping", stream: UInt64(study))
      let own = (0..<most).map { _ in random.gaussian() }
      let other = (0..<most).map { _ in random.gaussian() }
      let probabilities = try (3...most).map { count in
        let (mean, rival) = (MeanInterval(Array(own.prefix(count))), MeanInterval(Array(other.prefix(count))))
        let (first, second) = (try #require(mean), try #require(rival))
        return try #require(MeanContrast([(1, first), (-1, second)])).probabilityAboveZero
      }
      let isEarly = probabilities.dropLast().contains(where: Verdict.isDecidedEarly)
      wrong += isEarly || Verdict.isDecided(probabilities[most - 3]) ? 1 : 0
      naive += probabilities.contains(where: Verdict.isDecided) ? 1 : 0
    }
    #expect(Double(wrong) / 4000 < share + 3 * 0.004)
    if most == 8 { #expect(Double(naive) / 4000 > 0.1) }
  }
}

@Suite struct `Agreement of ranks` {
  @Test func `in one group is Kendall's tau-b, ties included`() throws {
    let x = [1.0, 2, 2, 4, 5, 6, 6], y = [2.0, 1, 3, 3, 7, 5, 6]
    let agreement = try #require(RankAgreement([zip(x, y).map { ($0, $1) }], seed: 1))
    #expect(agreement.tau.value == Statistics.kendallTau(x, y))
    #expect(agreement.count == 7 && agreement.pairs == 21)
  }

  /// Within both groups the order is the same; between them it is reversed.
  @Test func `compares within groups only`() throws {
    let agreement = try #require(RankAgreement([[(1, 11), (2, 12), (3, 13)], [(4, 1), (5, 2)], [(9, 9)]], seed: 1))
    #expect(agreement.tau.value == 1 && agreement.tau.upper == 1 && agreement.count == 5 && agreement.pairs == 4)
    #expect(RankAgreement([[(1, 2)], [(3, 4)]], seed: 1) == nil)
    #expect(RankAgreement([[(1, 2), (1, 4)]], seed: 1) == nil)
  }

  /// One pair is in order with probability (1 + tau) / 2, which is 2.5% for tau = -0.95. The tolerance is three
  /// standard deviations of the simulated 2.5% quantile.
  @Test func `of a single pair excludes next to nothing`() throws {
    let alike = try #require(RankAgreement([[(1, 1), (2, 2)]], seed: 1))
    let tolerance = 3 * 2 * (0.025 * 0.975 / 2000).squareRoot()
    #expect(abs(try #require(alike.tau.lower) - -0.95) < tolerance && alike.tau.upper == 1)
    let reversed = try #require(RankAgreement([[(1, 2), (2, 1)]], seed: 1))
    #expect(abs(try #require(reversed.tau.upper) - 0.95) < tolerance && reversed.tau.lower == -1)
  }

  /// Normal scores with a known correlation rho, whose tau is 2/pi asin(rho) (Kendall 1938). Tau takes few values in
  /// small samples, so the intervals hold the truth more often than they must.
  @Test(arguments: [(0.0, 0.0), (0.6, 0.40966552939826695), (0.9, 0.7128674005558142), (-0.6, -0.40966552939826695)])
  func `holds the true tau in 95 of 100 studies`(rho: Double, tau: Double) throws {
    var coverage = Coverage()
    for study in 0..<1000 {
      var random = CounterRandom(seed: 6, purpose: "tau-coverage", stream: UInt64(study))
      let groups = [4, 4, 3].map { size in
        (0..<size).map { _ in
          let x = random.gaussian()
          return (x: x, y: rho * x + (1 - rho * rho).squareRoot() * random.gaussian())
        }
      }
      let agreement = try #require(RankAgreement(groups, seed: UInt64(study), draws: 400))
      coverage.add(try #require(agreement.tau.interval).contains(tau))
    }
    #expect(coverage.share > 0.95 - coverage.slack, "\(coverage.share)")
  }

  @Test func `tells order from chance once there is enough of it`() throws {
    func agreement(_ count: Int) throws -> RankAgreement {
      try #require(RankAgreement([(0..<count).map { (Double($0), Double($0)) }], seed: 1))
    }
    #expect(try !agreement(3).isPositive && agreement(8).isPositive)
    #expect(try #require(agreement(8).tau.lower) < #require(agreement(20).tau.lower))
  }
}

@Suite struct `A knee point` {
  private func knee(_ points: [(Double, Double)]) -> Int? {
    KneePoint.index(points.map { TradeOff(latencySeconds: $0.0, value: $0.1) })
  }

  /// In logarithms of latency the points lie at 0, 1/4, 1/2, 1; the values at 0, 0.5, 0.9, 1: heights 0.25 and 0.4.
  @Test func `is farthest above the chord in the logarithm of latency`() {
    #expect(knee([(1, 0.5), (2, 0.6), (4, 0.68), (16, 0.7)]) == 2)
    // Heights 0.25 and 0.2; with latency counted as it is they would be 0.43 and 0.48, and the later point the knee.
    #expect(knee([(1, 0.5), (2, 0.6), (8, 0.69), (16, 0.7)]) == 1)
  }

  @Test func `does not exist without three points, or on a straight line, or below it`() {
    #expect(knee([]) == nil && knee([(1, 0.5)]) == nil && knee([(1, 0.5), (2, 0.6)]) == nil)
    #expect(knee([(1, 0.5), (2, 0.6), (4, 0.7)]) == nil)
    #expect(knee([(1, 0.5), (2, 0.51), (4, 0.7)]) == nil)
  }
}
