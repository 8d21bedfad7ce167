import Testing
import ViTNumerics

@Suite struct `Holm's correction` {
  /// statsmodels 0.15.0: `multipletests([0.01, 0.04, 0.03, 0.005, 0.2, 0.03], method="holm")[1]`.
  @Test func `is statsmodels'`() {
    let corrected = HolmCorrection.corrected([0.01, 0.04, 0.03, 0.005, 0.2, 0.03])
    #expect(zip(corrected, [0.05, 0.12, 0.12, 0.03, 0.2, 0.12]).allSatisfy { abs($0 - $1) < 1e-15 })
  }

  /// Holm's own condition: the smallest is multiplied by their number, the largest is left.
  @Test func `of one is itself, and of many at most one`() {
    #expect(HolmCorrection.corrected([0.03]) == [0.03] && HolmCorrection.corrected([]).isEmpty)
    #expect(HolmCorrection.corrected([0.9, 0.8, 1]) == [1, 1, 1])
    #expect(HolmCorrection.corrected([0, 0.5]) == [0, 0.5])
  }
}

@Suite struct `A pooled deviation` {
  private let samples = [[0.80, 0.82, 0.81, 0.835, 0.79], [0.78, 0.79, 0.805], [0.7, 0.71, 0.74, 0.69]]

  /// NumPy: `sum((len(x) - 1) * var(x, ddof=1)) / 9`; SciPy 1.17.1: `bartlett(a, b, c).pvalue`.
  @Test func `weighs samples by their degrees of freedom, and says whether they spread alike`() throws {
    let pooled = try #require(PooledDeviation(samples.compactMap { MeanInterval($0) }))
    #expect(abs(pooled.variance - 0.00032629629629629605) < 1e-18)
    #expect(pooled.degreesOfFreedom == 9 && pooled.samples == 3)
    #expect(abs(try #require(pooled.homogeneity) - 0.7583851996662405) < 1e-12)
  }

  @Test func `leaves out what says nothing of the spread`() throws {
    let single = try #require(MeanInterval([0.7])), level = try #require(MeanInterval([0.5, 0.5]))
    #expect(PooledDeviation([]) == nil && PooledDeviation([single, single]) == nil)
    let wide = try #require(MeanInterval([0.1, 0.3]))
    let pooled = try #require(PooledDeviation([single, level, wide]))
    // Variances 0 and 0.02, one degree of freedom each.
    #expect(abs(pooled.variance - 0.01) < 1e-15 && pooled.degreesOfFreedom == 2 && pooled.homogeneity == nil)
  }

  /// SciPy 1.17.1, of the first mean less half of each other: `t.ppf(0.975, 9) * se` and `t.cdf(value / se, 9)` with
  /// `se = sqrt(pooled * (1 / 5 + 0.25 / 3 + 0.25 / 4))`.
  @Test func `makes Student's interval of a contrast`() throws {
    let pooled = try #require(PooledDeviation(samples.compactMap { MeanInterval($0) }))
    var error = ErrorSum()
    error.add(pooled.variance * (1 / 5.0 + 0.25 / 3 + 0.25 / 4), degreesOfFreedom: 9)
    let estimate = error.estimate(0.060166666666666646, covers: .sources(.seeds, seeds: 3))
    #expect(abs(try #require(estimate.halfWidth) - 0.024030470362945564) < 1e-12)
    #expect(abs(error.probabilityAboveZero(0.060166666666666646) - 0.9998459503975141) < 1e-12)
  }
}

@Suite struct `A sum of errors` {
  /// A known part makes the interval wider and its quantile nearer to the normal one.
  @Test func `has the degrees of freedom of Satterthwaite`() {
    var error = ErrorSum()
    error.add(4, degreesOfFreedom: 8)
    error.add(12)
    // 16² / (4² / 8)
    #expect(error.standardError == 4 && error.degreesOfFreedom == 128)
    var known = ErrorSum()
    known.add(1)
    #expect(known.degreesOfFreedom == .infinity)
    // The normal quantile; at the million degrees of freedom that stand for infinity it is 2.4e-6 off.
    #expect(abs(known.quantile() - 1.959963984540054) < 1e-5)
    #expect(ErrorSum().probabilityAboveZero(0) == 0.5 && ErrorSum().probabilityAboveZero(-1) == 0)
  }
}

@Suite struct `An accuracy over trainings` {
  /// SciPy 1.17.1: `beta.ppf(0.025, 20, 1)`.
  @Test func `of 20 right of 20 has an interval, whatever the number of seeds`() throws {
    let estimate = try #require(Estimate(accuracies: [1, 1, 1], images: 20))
    #expect(estimate.value == 1 && estimate.upper == 1 && estimate.interval?.covers == .cases(20))
    #expect(abs(try #require(estimate.lower) - 0.8315665290169146) < 1e-12)
    #expect(estimate.plusMinus(unit: "%") { ReadableNumber.percent($0) } == "100.00% [83.16, 100.00]")
    // Without the number of images there is nothing to say it by, but nor is it no spread.
    #expect(try #require(Estimate(accuracies: [1, 1, 1], images: nil)).interval == nil)
  }

  @Test func `that differ has Student's, and of one seed none`() throws {
    #expect(Estimate(accuracies: [0.5, 0.7], images: 20) == Estimate(meanOf: [0.5, 0.7]))
    #expect(Estimate(accuracies: [1], images: 20)?.interval == nil && Estimate(accuracies: [], images: 20) == nil)
  }
}
