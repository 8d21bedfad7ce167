import Testing
import ViTNumerics

import ViTSearch

@Suite struct `The slope of a fitted front` {
  private let latencies = [1, 1.5, 2.2, 3.1, 4.5, 1.2, 1.9, 2.8, 4.1]
  private let accuracies = [0.80, 0.83, 0.845, 0.852, 0.855, 0.825, 0.85, 0.86, 0.868]
  private let groups = [0, 0, 0, 0, 0, 1, 1, 1, 1]

  private func slope(_ hasCurvature: Bool? = nil) throws -> FrontSlope {
    try #require(FrontSlope(latencies.map(Logarithm.natural), groups: groups, hasCurvature: hasCurvature))
  }

  private func value(_ slope: FrontSlope, at latency: Double) -> Double {
    zip(slope.weights(at: Logarithm.natural(latency)), accuracies).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// statsmodels 0.15.0, x centred on its mean: `OLS(y, [g == 0, g == 1, x, x**2]).fit().t_test([0, 0, 1, 2 * x2])` with
  /// x2 the place of latency 2, and `.bse` of the line without the square.
  @Test func `and its error are those of least squares`() throws {
    let curve = try slope()
    #expect(curve.hasCurvature && curve.degreesOfFreedom == 5)
    #expect(abs(value(curve, at: 2) - 0.03915698851536395) < 1e-12)
    let error = curve.variance(accuracies, at: Logarithm.natural(2), least: 0).squareRoot()
    #expect(abs(error - 0.0012553323247240667) < 1e-12)
    let line = try slope(false)
    #expect(abs(value(line, at: 2) - 0.03524803660735641) < 1e-12)
    let lineError = line.variance(accuracies, at: Logarithm.natural(2), least: 0).squareRoot()
    #expect(abs(lineError - 0.004808997251364524) < 1e-12)
  }

  @Test func `is a line where few members are left, and none where none are`() throws {
    let places = latencies.map(Logarithm.natural)
    #expect(FrontSlope(Array(places.prefix(5)), groups: [0, 0, 0, 0, 0])?.hasCurvature == true)
    #expect(FrontSlope(Array(places.prefix(4)), groups: [0, 0, 1, 1])?.hasCurvature == false)
    #expect(FrontSlope(Array(places.prefix(3)), groups: [0, 0, 1]) == nil)
    #expect(FrontSlope([1, 1, 1, 1], groups: [0, 0, 0, 0]) == nil)
  }
}

@Suite struct `The height of a front` {
  private func places(_ latencies: [Double]) -> [Double] { latencies.map(Logarithm.natural) }

  private func height(_ latencies: [Double], _ values: [Double], over range: ClosedRange<Double>) -> Double {
    zip(FrontArea.weights(places(latencies), over: range, isLevelBelow: true), values).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// A straight line in the logarithm is its value in the middle.
  @Test func `is the mean of the lines between its members`() {
    let range = Logarithm.natural(2)...Logarithm.natural(8)
    #expect(abs(height([1, 16], [0, 4], over: range) - 2) < 1e-12)
    // Half of it on a line from 1 to 3, half on one from 3 to 3.
    #expect(abs(height([2, 4, 8], [1, 3, 3], over: range) - 2.5) < 1e-12)
    // Level beyond the slowest.
    #expect(abs(height([2, 4], [1, 3], over: range) - 2.5) < 1e-12)
    #expect(height([2, 4], [1, 3], over: Logarithm.natural(4)...Logarithm.natural(4)) == 3)
  }

  @Test func `is over what all sets have in common`() throws {
    let range = try #require(FrontArea.commonRange([[1, 5], [2, 7], [0, 6]]))
    #expect(
      range == 2...5 && FrontArea.commonRange([[1, 2], [3, 4]]) == nil && FrontArea.commonRange([[1], []]) == nil)
  }

  /// A hypervolume to a chosen end would turn round here: the first set is better up to 3, the second at 4. The common
  /// range is the members' own, so that members beyond it, of one set or of a third, change nothing.
  @Test(arguments: [1.0, 5, 50, 500]) func `orders sets alike, wherever a box would end`(end: Double) throws {
    let first = (latencies: [1.0, 2, 4], values: [0.7, 0.8, 0.81]), second = ([1.0, 2, 4], [0.6, 0.75, 0.83])
    func order(_ further: [Double]) throws -> Bool {
      let sets = [first.latencies, second.0 + [], [0.5] + further]
      let range = try #require(FrontArea.commonRange(sets.map(places)))
      return height(first.latencies, first.values, over: range) > height(second.0, second.1, over: range)
    }
    #expect(try order([4, 4 + end]))
    // What a box does: the sum of the staircases' steps up to its end.
    func box(_ latencies: [Double], _ values: [Double], _ end: Double) -> Double {
      ParetoFront.hypervolume(
        zip(latencies, values).map { TradeOff(latencySeconds: $0, value: $1) },
        reference: TradeOff(latencySeconds: end, value: 0.5))
    }
    let isFirst = box(first.latencies, first.values, 4.1 + end) > box(second.0, second.1, 4.1 + end)
    #expect(isFirst == (end < 40))
  }

  @Test func `of all members is never lowered by one more`() {
    let points = [(1.0, 0.5), (2, 0.52), (4, 0.8), (8, 0.81)].map { TradeOff(latencySeconds: $0.0, value: $0.1) }
    for count in 1..<points.count {
      let fewer = FrontArea.height(of: Array(points.prefix(count)), over: 1...8, above: 0.4)
      #expect(FrontArea.height(of: Array(points.prefix(count + 1)), over: 1...8, above: 0.4) >= fewer)
    }
    // The second lies below the line from the first to the third, in the logarithm of latency.
    let without = [points[0], points[2], points[3]]
    #expect(
      FrontArea.height(of: points, over: 1...8, above: 0.4) == FrontArea.height(of: without, over: 1...8, above: 0.4))
  }
}

@Suite struct `The error of choosing images` {
  private let counts = ImageCounts(validation: 5000, test: 10000)

  @Test func `is a fortieth of the binomial one where test accuracies show no more`() throws {
    let samples = [0.87, 0.89].map { ImageSampling.Sample(accuracy: $0, distances: []) }
    let images = try #require(ImageSampling(samples, images: counts))
    #expect(abs(images.variance - 0.88 * 0.12 / 5000 / 40) < 1e-18 && images.degreesOfFreedom == .infinity)
    #expect(ImageSampling(samples, images: ImageCounts(validation: 0, test: 0)) == nil)
  }

  /// NumPy: the component of variance between three groups, (MSB - MSW) / n0, is 5.634615384615383e-06; two thirds of it
  /// are the validation images', which are half as many.
  @Test func `is what validation and test accuracies are apart by, beyond their seeds, where that is more`() throws {
    let groups = [[0.010, 0.012, 0.011], [0.013, 0.0145], [0.008, 0.009, 0.0085, 0.0095]]
    let samples = groups.map { ImageSampling.Sample(accuracy: 0.88, distances: $0) }
    let images = try #require(ImageSampling(samples, images: counts))
    #expect(abs(images.variance - 5.634615384615383e-06 * 2 / 3) < 1e-15 && images.degreesOfFreedom == 2)
  }

  @Test func `knows how many images shares are of`() {
    #expect(ImageCounts.fewest([0.25, 0.5]) == 4 && ImageCounts.fewest([0.8461, 0.8702]) == 10000)
    #expect(ImageCounts.fewest([]) == nil && ImageCounts.fewest([0.1 * Double.pi]) == nil)
  }
}
