import Testing
import ViTNumerics

/// Expected values: SciPy 1.17.1 and NumPy (`stats.t`, `np.quantile`, `stats.kendalltau`), to all printed digits, so
/// that tolerances are a few units in the last place of a Double.
@Suite struct `Statistics of samples` {
  let sample = [0.812, 0.835, 0.821, 0.844, 0.8195]

  @Test func `give the mean, the deviation and Student's interval`() throws {
    let interval = try #require(MeanInterval(sample))
    #expect(abs(interval.mean - 0.8263) < 1e-14)
    #expect(abs(try #require(interval.standardDeviation) - 0.012920913280414791) < 1e-14)
    let halfWidth = try #require(interval.halfWidth)
    #expect(abs(interval.mean - halfWidth - 0.8102565671557961) < 1e-12)
    #expect(abs(interval.mean + halfWidth - 0.842343432844204) < 1e-12)
  }

  @Test func `know what a single value or none cannot say`() throws {
    let single = try #require(MeanInterval([0.7]))
    #expect(single.mean == 0.7 && single.halfWidth == nil && single.standardDeviation == nil)
    #expect(MeanInterval([]) == nil)
    #expect(Statistics.standardDeviation([1]) == nil && Statistics.quantile([], 0.5) == nil)
  }

  /// GSL ends the iteration for its quantile at a relative error of about 1e-10.
  @Test(arguments: [(1.0, 12.706204736432), (2, 4.302652729696), (4, 2.776445105198), (30, 2.042272456301)])
  func `use Student's quantiles`(degrees: Double, expected: Double) {
    #expect(abs(StudentT.quantile(0.975, degreesOfFreedom: degrees) - expected) < 1e-10 * expected)
    #expect(abs(StudentT.cumulative(expected, degreesOfFreedom: degrees) - 0.975) < 1e-12)
  }

  @Test(arguments: [(-1.3, 3, 0.14223375), (0, 3, 0.5), (0.7, 2.4, 0.72718921), (2.5, 10.7, 0.98497646)])
  func `use Student's probabilities, also at fractional degrees of freedom`(
    t: Double, degrees: Double, expected: Double
  ) {
    #expect(abs(StudentT.cumulative(t, degreesOfFreedom: degrees) - expected) < 1e-8)
  }

  @Test func `interpolate quantiles as NumPy does`() {
    let values: [Double] = [3, 1, 4, 1, 5, 9, 2, 6]
    let expected = [(0.0, 1.0), (0.1, 1), (0.25, 1.75), (0.5, 3.5), (0.9, 6.9), (1, 9)]
    for (share, value) in expected {
      #expect(abs((Statistics.quantile(values, share) ?? .nan) - value) < 1e-12, "quantile \(share)")
    }
    #expect(Statistics.median([2, 1]) == 1.5)
  }

  @Test func `rank by Kendall's tau-b`() {
    let ties = Statistics.kendallTau([12, 2, 1, 12, 2, 7, 7, 3], [1, 4, 7, 1, 0, 2, 2, 5])
    #expect(abs((ties ?? .nan) + 0.5099019513592785) < 1e-14)
    let plain = Statistics.kendallTau([1, 2, 3, 4, 5, 6, 7], [2, 1, 3, 4, 7, 5, 6])
    #expect(abs((plain ?? .nan) - 0.7142857142857143) < 1e-14)
    #expect(Statistics.kendallTau([1, 2, 3], [3, 2, 1]) == -1)
    #expect(Statistics.kendallTau([1, 1], [1, 2]) == nil && Statistics.kendallTau([1], [1]) == nil)
  }

  /// SciPy 1.17.1: `spearmanr(x, y).statistic` and `rankdata(x)`.
  @Test func `rank by Spearman's correlation`() {
    let x: [Double] = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]
    #expect(Statistics.ranks(x) == [4.5, 1.5, 6, 1.5, 7.5, 10, 3, 9, 7.5, 4.5])
    let found = Statistics.spearman(x, [2, 7, 1, 8, 2, 8, 1, 8, 2, 8])
    #expect(abs((found ?? .nan) - 0.13471506281091267) < 1e-14)
    #expect(Statistics.spearman([1, 2, 3], [9, 4, 1]) == -1)
    #expect(Statistics.spearman([1, 1], [1, 2]) == nil && Statistics.spearman([1, .nan], [1, 2]) == nil)
  }

  @Test func `rank two pairs already`() {
    #expect(Statistics.spearman([1, 2], [3, 7]) == 1 && Statistics.spearman([1, 2], [7, 3]) == -1)
    #expect(Statistics.kendallTau([1, 2], [3, 7]) == 1)
  }
}
