import Testing
import ViTNumerics
import ViTSearch

/// Points that Python makes bit by bit the same: x ← (1103515245 x + 12345) mod 2^31, coordinates x / 2^31.
enum CongruentialPoints {
  static func make(_ count: Int, objectives: Int, seed: Int) -> [[Double]] {
    var state = seed
    return (0..<count).map { _ in
      (0..<objectives).map { _ in
        state = (1_103_515_245 * state + 12_345) % (1 << 31)
        return Double(state) / 0x1p31
      }
    }
  }
}

@Suite struct `The hypervolume` {
  /// pymoo 0.6.2: `HV(ref_point=np.full(m, 1.1))(points)`, on n congruential points with the seed n + m.
  @Test(arguments: [
    (7, 2, 0.787348244886151), (60, 2, 1.1387047804624868), (7, 3, 1.0400883973776498), (60, 3, 1.1924706509436007),
    (250, 3, 1.2996981226726028),
  ])
  func `is pymoo's`(count: Int, objectives: Int, expected: Double) {
    let points = CongruentialPoints.make(count, objectives: objectives, seed: count + objectives)
    let found = Hypervolume.of(points, reference: Array(repeating: 1.1, count: objectives))
    // Some hundred additions of numbers near one.
    #expect(abs(found - expected) < 1e-13)
  }

  /// Inclusion-exclusion over the boxes between the points and the reference, for which every subset is visited.
  private func inclusionExclusion(_ points: [[Double]], reference: [Double]) -> Double {
    (1..<(1 << points.count)).reduce(0) { sum, subset in
      let chosen = points.indices.filter { subset >> $0 & 1 == 1 }.map { points[$0] }
      let box = reference.indices.reduce(1.0) { volume, axis in
        volume * max(0, reference[axis] - (chosen.map { $0[axis] }.max() ?? 0))
      }
      return sum + (chosen.count.isMultiple(of: 2) ? -box : box)
    }
  }

  /// Small whole coordinates make ties, copies and points beyond the reference, and every sum exact.
  @Test(arguments: 1...4, UInt64(0)..<30)
  func `is that of inclusion and exclusion`(objectives: Int, stream: UInt64) {
    var random = CounterRandom(seed: 2, purpose: "hypervolume-test", stream: stream)
    let points = (0..<9).map { _ in (0..<objectives).map { _ in Double(random.next32() % 7) } }
    let reference = [Double](repeating: 6, count: objectives)
    #expect(
      Hypervolume.of(points, reference: reference) == inclusionExclusion(points, reference: reference))
  }

  /// The front of DTLZ2 is an eighth of the unit sphere: with the reference at (1, 1, 1), the part of the unit cube
  /// outside it is dominated, 1 - π/6. Points on a grid of angles with k steps miss a layer about as thick as one
  /// step, so the error falls like 1/k; 3/k is an upper bound of (surface π/2) x (diagonal of a cell, below 2/k).
  @Test func `of DTLZ2's sphere is that of the cube without the ball`() {
    let steps = 60
    let points = (0...steps).flatMap { i in
      (0...steps).map { j -> [Double] in
        let (a, b) = (Double(i) / Double(steps) * .pi / 2, Double(j) / Double(steps) * .pi / 2)
        return [
          Trigonometry.cosine(a) * Trigonometry.cosine(b), Trigonometry.cosine(a) * Trigonometry.sine(b),
          Trigonometry.sine(a),
        ]
      }
    }
    let exact = 1 - Double.pi / 6
    let found = Hypervolume.of(points, reference: [1, 1, 1])
    #expect(found < exact && found > exact - 3 / Double(steps))
  }

  @Test func `counts nothing that is no better than the reference, or no number`() {
    #expect(Hypervolume.of([], reference: [1, 1]) == 0)
    #expect(Hypervolume.of([[1, 0], [0, 1], [.nan, 0], [-.infinity, 0]], reference: [1, 1]) == 0)
    #expect(Hypervolume.of([[0.5, 0.5], [2, -5], [0.5, .nan]], reference: [1, 1]) == 0.25)
    #expect(Hypervolume.of([[3], [2], [5]], reference: [4]) == 2)
  }
}

@Suite struct `Non-dominated sorting` {
  /// pymoo 0.6.2: `NonDominatedSorting().do(points, return_rank=True)`, on 40 congruential points with the seed 5.
  @Test func `ranks as pymoo does`() {
    #expect(
      NonDominatedSorting.ranks(CongruentialPoints.make(40, objectives: 2, seed: 5)) == [
        3, 6, 5, 6, 6, 6, 5, 3, 0, 7, 7, 5, 4, 3, 1, 3, 3, 6, 4, 3, 1, 0, 6, 4, 8, 3, 2, 2, 5, 2, 6, 6, 0, 5, 5, 2, 2,
        0, 3, 4,
      ])
    #expect(
      NonDominatedSorting.ranks(CongruentialPoints.make(40, objectives: 3, seed: 5)) == [
        2, 4, 4, 3, 3, 0, 4, 3, 3, 0, 2, 5, 2, 1, 0, 3, 3, 2, 2, 1, 3, 1, 3, 1, 0, 1, 3, 3, 3, 1, 2, 0, 2, 0, 2, 2, 0,
        1, 4, 3,
      ])
  }

  @Test func `puts feasible points first, then those that violate less, then failures`() {
    let points: [[Double]] = [[9, 9], [1, 1], [1, 1], [0, 0], [.nan, 0], [8, 8]]
    #expect(NonDominatedSorting.ranks(points, violations: [0, 0.5, 0.25, 0.5, 0, 0]) == [1, 3, 2, 3, 4, 0])
    #expect(NonDominatedSorting.ranks(points, violations: [0, 0, 0, .nan, 0, 0]) == [2, 0, 0, 3, 3, 1])
    #expect(NonDominatedSorting.ranks([]).isEmpty)
  }

  /// pymoo 0.6.2: `calc_crowding_distance(points[front])`, of the largest front of the same points.
  @Test func `leaves as much room around points as pymoo finds`() {
    let expected: [(objectives: Int, rank: Int, distances: [Double])] = [
      (
        2, 3,
        [
          0.29900058319062106, 0.15508163933938732, .infinity, 0.24373138508319173, .infinity, 0.15598280936088216,
          0.3457263901990332, 0.3347981336108358,
        ]
      ),
      (
        3, 3,
        [
          0.15576614038382827, 0.2552035296486251, 0.1086177259517882, 0.15260987380067972, .infinity, .infinity,
          .infinity, .infinity, 0.2540671956009957, .infinity, 0.15964954793583352, 0.12647007206967145,
        ]
      ),
    ]
    for (objectives, rank, distances) in expected {
      let points = CongruentialPoints.make(40, objectives: objectives, seed: 5)
      let ranks = NonDominatedSorting.ranks(points)
      let found = CrowdingDistance.of(points.indices.filter { ranks[$0] == rank }.map { points[$0] })
      #expect(found.count == distances.count)
      #expect(zip(found, distances).allSatisfy { $0 == $1 || abs($0 - $1) < 1e-14 })
    }
    #expect(CrowdingDistance.of([[1, 2], [2, 1]]) == [.infinity, .infinity])
    #expect(CrowdingDistance.of([[1, 1], [1, 1], [1, 1]]) == [0, 0, 0])
  }
}
