import Foundation
import Testing
import ViTNumerics

@Suite struct `An estimate` {
  let accuracy = Estimate(0.834, halfWidth: 0.0041, covers: .seeds(5))
  let latency = Estimate(2.07, lower: 2.05, upper: 2.11, covers: .repetitions(20))

  @Test func `writes itself with a bracket or a plus and minus, or alone`() {
    func tenths(_ value: Double) -> String { ReadableNumber.percent(value, decimals: 1) }
    #expect(accuracy.bracketed(unit: "%", tenths) == "83.4% [83.0, 83.8]")
    #expect(accuracy.plusMinus(unit: "%", tenths) == "83.4% ± 0.4")
    #expect(latency.bracketed(unit: " ms") { ReadableNumber.aligned($0) } == "2.07 ms [2.05, 2.11]")
    #expect(Estimate(0.5).bracketed(unit: "%", tenths) == "50.0%" && Estimate(0.5).plusMinus(tenths) == "50.0")
  }

  /// Documents hold half widths; those of rounded bounds would differ in the last digit.
  @Test func `keeps the half width it was given, to the last bit`() {
    for half in [0.1, 1e-9, 1.0 / 3] {
      #expect(Estimate(0.7, halfWidth: half, covers: .residuals).halfWidth == half)
      #expect(Estimate(0.7, halfWidth: half, covers: .residuals).negated.halfWidth == half)
    }
  }

  @Test func `changes unit and sign with its interval, and ends where values are impossible`() {
    let scaled = latency.scaled(by: 2)
    #expect(scaled.value == 4.14 && scaled.lower == 4.1 && scaled.upper == 4.22)
    #expect(scaled.interval?.covers == .repetitions(20))
    #expect(latency.negated.lower == -2.11 && latency.negated.upper == -2.05 && latency.negated.negated == latency)
    let edge = Estimate(0.99, halfWidth: 0.05, covers: .seeds(2)).clamped(to: 0...1)
    #expect(edge.value == 0.99 && edge.upper == 1 && edge.lower == 0.94)
  }

  @Test func `without an interval overlaps nothing and has no width`() {
    let bare = Estimate(1, lower: 0, upper: nil, covers: .bootstrap)
    #expect(bare == Estimate(1) && bare.halfWidth == nil && !bare.overlaps(0...2))
    #expect(latency.overlaps(2.1...3) && !latency.overlaps(2.2...3))
  }

  @Test func `holds what lies between its bounds, and them`() {
    for value in [2.05, 2.07, 2.11] { #expect(latency.interval?.contains(value) == true) }
    for value in [2.04, 2.12] { #expect(latency.interval?.contains(value) == false) }
  }

  @Test func `of a sample says what it covers`() throws {
    #expect(Estimate(meanOf: [1, 2, 3])?.interval?.covers == .seeds(3))
    #expect(Estimate(meanOf: [1, 2, 3], covers: .runs(3))?.interval?.covers == .runs(3))
    #expect(Estimate(meanOf: [1])?.interval == nil && Estimate(meanOf: []) == nil)
    #expect(Estimate(medianOf: [1, 2, 3]).interval?.covers == .repetitions(3))
    #expect(Estimate(successes: 1, trials: 4).interval?.covers == .cases(4))
    #expect(Estimate(2, replicates: [1, 3]).interval?.covers == .bootstrap)
  }

  @Test func `survives being written and read`() throws {
    struct Reader: Decodable {
      let estimate: Estimate
      init(from decoder: any Decoder) throws { estimate = try Estimate(from: decoder, covers: .repetitions(20)) }
    }
    let data = try JSONEncoder().encode(latency)
    #expect(try JSONDecoder().decode(Reader.self, from: data).estimate == latency)
    #expect(String(decoding: try JSONEncoder().encode(Estimate(2)), as: UTF8.self) == "{\"value\":2}")
  }
}
