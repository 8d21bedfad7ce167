import Testing
import ViTNumerics

@Suite struct `Distribution-free intervals` {
  /// Ranks of the 95% interval of the median: David and Nagaraja, section 7.1, or any table of the sign test.
  @Test(arguments: [(6, 1, 6), (8, 1, 8), (9, 2, 8), (10, 2, 9), (15, 4, 12), (20, 6, 15), (25, 8, 18)])
  func `A median lies between the tabulated order statistics`(count: Int, lower: Int, upper: Int) {
    let interval = MedianInterval(of: (1...count).map(Double.init).reversed())
    #expect(interval.lower == Double(lower))
    #expect(interval.upper == Double(upper))
    #expect(interval.median == Double(count + 1) / 2)
  }

  @Test func `Fewer than six values give their whole range`() {
    let interval = MedianInterval(of: [5, 1, 3])
    #expect(interval == MedianInterval(of: [1, 3, 5]))
    #expect((interval.lower, interval.median, interval.upper) == (1, 3, 5))
    #expect(MedianInterval(of: [2]).relativeHalfWidth == 0)
  }

  /// All or none of ten: the bound is 0.025 to the power of 1/10. Eight of ten: a published table, four digits.
  @Test func `A proportion has Clopper and Pearson's interval`() {
    let all = ProportionInterval.clopperPearson(successes: 10, trials: 10)
    #expect(abs(all.lowerBound - 0.691502892181239) < 1e-9)
    #expect(all.upperBound == 1)
    let none = ProportionInterval.clopperPearson(successes: 0, trials: 10)
    #expect(none.lowerBound == 0)
    #expect(abs(none.upperBound - (1 - 0.691502892181239)) < 1e-9)
    let eight = ProportionInterval.clopperPearson(successes: 8, trials: 10)
    #expect(abs(eight.lowerBound - 0.4439) < 5e-5)
    #expect(abs(eight.upperBound - 0.9748) < 5e-5)
  }
}
