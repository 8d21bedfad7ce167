import Testing
import ViTNumerics
import ViTSearch

@Suite struct `A Pareto front` {
  /// Random sets; coordinates from a small grid, so that ties and equal points occur.
  static func randomSet(_ stream: UInt64) -> [TradeOff] {
    var random = CounterRandom(seed: 1, purpose: "front-test", stream: stream)
    return (0..<Int(random.next32() % 40)).map { _ in
      TradeOff(latencySeconds: Double(1 + random.next32() % 12), value: Double(random.next32() % 12))
    }
  }

  @Test(arguments: UInt64(0)..<60)
  func `is what a comparison of all pairs leaves`(stream: UInt64) {
    let points = Self.randomSet(stream)
    let expected = points.indices.filter { i in
      !points.contains { other in
        let noWorse = other.latencySeconds <= points[i].latencySeconds && other.value >= points[i].value
        return noWorse && (other.latencySeconds < points[i].latencySeconds || other.value > points[i].value)
      }
    }
    let front = ParetoFront.indices(points)
    #expect(Set(front) == Set(expected) && front.count == expected.count)
    #expect(front.map { points[$0].latencySeconds } == front.map { points[$0].latencySeconds }.sorted())
  }

  /// With whole coordinates the area is the number of unit squares that some point dominates.
  @Test(arguments: UInt64(0)..<60)
  func `covers the area that counting unit squares gives`(stream: UInt64) {
    let points = Self.randomSet(stream)
    let reference = TradeOff(latencySeconds: 10, value: 2)
    var squares = 0
    for latency in 0..<10 {
      for value in 2..<12 {
        let covered = points.contains { $0.latencySeconds <= Double(latency) && $0.value >= Double(value + 1) }
        squares += covered ? 1 : 0
      }
    }
    #expect(ParetoFront.hypervolume(points, reference: reference) == Double(squares))
  }

  @Test func `has the area computed by hand`() {
    let points = [(1.0, 0.5), (2, 0.75), (3, 0.625), (4, 1)].map { TradeOff(latencySeconds: $0.0, value: $0.1) }
    // 4 x 0.5 + 3 x 0.25 + 1 x 0.25; the third point is dominated.
    #expect(ParetoFront.hypervolume(points, reference: TradeOff(latencySeconds: 5, value: 0)) == 3)
    #expect(ParetoFront.indices(points) == [0, 1, 3])
    #expect(ParetoFront.hypervolume([], reference: TradeOff(latencySeconds: 5, value: 0)) == 0)
  }

  @Test func `leaves out what is not a number`() {
    let points = [TradeOff(latencySeconds: 1, value: .nan), TradeOff(latencySeconds: 2, value: 0.5)]
    #expect(ParetoFront.indices(points) == [1])
    #expect(ParetoFront.hypervolume(points, reference: TradeOff(latencySeconds: 3, value: 0)) == 0.5)
  }
}

@Suite struct `The probability to beat the baselines` {
  func interval(_ values: [Double]) throws -> MeanInterval { try #require(MeanInterval(values)) }

  /// SciPy 1.17.1: `ttest_ind(p, q, equal_var=False)` gives t = 1.97566 at 3.80594 degrees of freedom.
  @Test func `against one baseline is that of Welch's test`() throws {
    let baseline = WelchComparison.Reference(latencySeconds: 2, accuracy: try interval([0.78, 0.79, 0.805]))
    for latency in [2.0, 3] {
      let probability = WelchComparison.probability(
        that: try interval([0.80, 0.82, 0.81]), at: latency, beats: [baseline])
      #expect(abs((probability ?? .nan) - 0.9385033525565063) < 1e-9)
    }
  }

  @Test func `between baselines compares with the interpolation in the logarithm of latency`() throws {
    let fast = WelchComparison.Reference(latencySeconds: 1, accuracy: try interval([0.69, 0.71]))
    let slow = WelchComparison.Reference(latencySeconds: 4, accuracy: try interval([0.79, 0.81]))
    func probability(_ mean: Double, at latency: Double) throws -> Double {
      let own = try interval([mean - 0.01, mean + 0.01])
      return try #require(WelchComparison.probability(that: own, at: latency, beats: [slow, fast]))
    }
    // At 2, half-way in the logarithm, the baselines reach 0.75.
    #expect(try abs(probability(0.75, at: 2) - 0.5) < 1e-9)
    #expect(try probability(0.76, at: 2) > 0.5 && probability(0.74, at: 2) < 0.5)
    #expect(try abs(probability(0.7, at: 1) - 0.5) < 1e-9)
    #expect(try abs(probability(0.8, at: 4) - 0.5) < 1e-9)
    // Slower than all: the best of them.
    #expect(try abs(probability(0.8, at: 9) - 0.5) < 1e-9)
  }

  @Test func `is unknown without a baseline as fast, and with a single seed`() throws {
    let baseline = WelchComparison.Reference(latencySeconds: 2, accuracy: try interval([0.78, 0.79]))
    let own = try interval([0.8, 0.9])
    #expect(WelchComparison.probability(that: own, at: 1, beats: [baseline]) == nil)
    #expect(WelchComparison.probability(that: own, at: 1, beats: []) == nil)
    #expect(WelchComparison.probability(that: try interval([0.8]), at: 2, beats: [baseline]) == nil)
  }

  @Test func `without any spread is certain`() throws {
    let baseline = WelchComparison.Reference(latencySeconds: 2, accuracy: try interval([0.5, 0.5]))
    func probability(_ value: Double) throws -> Double? {
      WelchComparison.probability(that: try interval([value, value]), at: 2, beats: [baseline])
    }
    #expect(try probability(0.75) == 1 && probability(0.25) == 0 && probability(0.5) == 0.5)
  }
}
