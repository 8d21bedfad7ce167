import Testing
import ViTNumerics

@Suite struct `A contrast of means` {
  private func interval(_ values: [Double]) throws -> MeanInterval { try #require(MeanInterval(values)) }

  /// SciPy 1.17.1: `r = ttest_ind(p, q, equal_var=False)`, `r.confidence_interval(0.95)`, `t.cdf(r.statistic, r.df)`.
  @Test func `of two is Welch's test`() throws {
    let contrast = try #require(
      MeanContrast([(1, interval([0.80, 0.82, 0.81, 0.835])), (-1, interval([0.78, 0.79, 0.805]))]))
    // GSL's distribution and SciPy's agree to about nine digits.
    #expect(abs(contrast.estimate.value - 0.0245833333333334) < 1e-12)
    #expect(abs((contrast.estimate.lower ?? .nan) - -0.002446018441618812) < 1e-10)
    #expect(abs((contrast.estimate.upper ?? .nan) - 0.051612685108285615) < 1e-10)
    #expect(abs(contrast.probabilityAboveZero - 0.9668269671721855) < 1e-9)
  }

  /// NumPy 2.4.6 and SciPy 1.17.1, the formulas of Welch and Satterthwaite written out for p - 0.3 q - 0.7 s.
  @Test func `of three has the degrees of freedom of Satterthwaite`() throws {
    let contrast = try #require(
      MeanContrast([
        (1, interval([0.80, 0.82, 0.81, 0.835])), (-0.3, interval([0.78, 0.79, 0.805])),
        (-0.7, interval([0.80, 0.79, 0.815, 0.80, 0.806])),
      ]))
    #expect(abs(contrast.estimate.value - 0.01721000000000017) < 1e-12)
    #expect(abs((contrast.estimate.lower ?? .nan) - -0.00493270429002295) < 1e-10)
    #expect(abs((contrast.estimate.upper ?? .nan) - 0.039352704290023285) < 1e-10)
    #expect(abs(contrast.probabilityAboveZero - 0.9502102682973262) < 1e-9)
  }

  @Test func `needs two values of each sample, but of none with weight 0`() throws {
    let (pair, single) = (try interval([0.5, 0.6]), try interval([0.5]))
    #expect(MeanContrast([(1, pair), (-1, single)]) == nil)
    #expect(MeanContrast([(1, pair), (0, single)]) == MeanContrast([(1, pair)]))
    #expect(MeanContrast([(1, pair)])?.estimate.upper == pair.mean + (try #require(pair.halfWidth)))
  }

  @Test func `without any spread is certain`() throws {
    let contrast = try #require(MeanContrast([(1, interval([0.75, 0.75])), (-1, interval([0.5, 0.5]))]))
    #expect(contrast.estimate.lower == 0.25 && contrast.estimate.upper == 0.25 && contrast.probabilityAboveZero == 1)
    #expect(MeanContrast([(-1, try interval([0.5, 0.5]))])?.probabilityAboveZero == 0)
  }
}
