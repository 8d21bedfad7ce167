import Testing
import ViTLatency

@Suite struct `Prediction errors` {
  /// By hand: one error of 10%, one of 0, one of 20%; pairs (1, 2), (1, 3), (2, 3) all in order.
  @Test func `Are relative to the measurement`() {
    let errors = PredictionErrors(predicted: [1.1, 2, 2.4], measured: [1, 2, 3])
    #expect(abs(errors.meanAbsolute - 0.1) < 1e-12)
    #expect(abs(errors.largest - 0.2) < 1e-12)
    #expect(errors.quantile95 == errors.largest)
    #expect(abs(errors.within5Percent - 1.0 / 3) < 1e-12)
    #expect(errors.kendallTau == 1)
  }

  /// Of n errors and a new one each rank of the new one is as likely as another, 1 in n + 1: the k-th smallest error
  /// holds for it with a probability of k / (n + 1), which first is 95% where 20k >= 19(n + 1). Errors are k thousandths.
  @Test(arguments: [1, 3, 18, 19, 20, 39, 40, 59, 60, 99, 100, 119, 400])
  func `Are below the 95% quantile for a new draw too`(count: Int) {
    let errors = PredictionErrors(
      predicted: (1...count).reversed().map { 1 + Double($0) / 1000 }, measured: Array(repeating: 1, count: count))
    let rank = (1...count).first { 20 * $0 >= 19 * (count + 1) } ?? count
    #expect(abs(errors.quantile95 - Double(rank) / 1000) < 1e-12)
  }
}
