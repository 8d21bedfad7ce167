import Testing
import ViTNumerics

@Suite struct `Distribution-free intervals` {
  /// Ranks of the 95% interval of the median: David and Nagaraja, section 7.1, or any table of the sign test.
  @Test(arguments: [(6, 1, 6), (8, 1, 8), (9, 2, 8), (10, 2, 9), (15, 4, 12), (20, 6, 15), (25, 8, 18)])
  func `A median lies between the tabulated order statistics`(count: Int, lower: Int, upper: Int) {
    let interval = Estimate(medianOf: (1...count).map(Double.init).reversed())
    #expect(interval.lower == Double(lower))
    #expect(interval.upper == Double(upper))
    #expect(interval.value == Double(count + 1) / 2)
  }

  @Test func `Fewer than six values give their whole range`() {
    let interval = Estimate(medianOf: [5, 1, 3])
    #expect(interval == Estimate(medianOf: [1, 3, 5]))
    #expect(interval.lower == 1 && interval.value == 3 && interval.upper == 5)
    #expect(Estimate(medianOf: [2]).relativeHalfWidth == 0)
  }

  /// All or none of ten: the bound is 0.025 to the power of 1/10. Eight of ten: a published table, four digits.
  @Test func `A proportion has Clopper and Pearson's interval`() {
    let all = Estimate(successes: 10, trials: 10)
    #expect(abs((all.lower ?? 0) - 0.691502892181239) < 1e-9)
    #expect(all.upper == 1)
    let none = Estimate(successes: 0, trials: 10)
    #expect(none.lower == 0)
    #expect(abs((none.upper ?? 0) - (1 - 0.691502892181239)) < 1e-9)
    let eight = Estimate(successes: 8, trials: 10)
    #expect(abs((eight.lower ?? 0) - 0.4439) < 5e-5)
    #expect(abs((eight.upper ?? 0) - 0.9748) < 5e-5)
  }
}
