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
}
