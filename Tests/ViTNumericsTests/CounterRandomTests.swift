import Foundation
import Testing
import ViTNumerics

@Suite struct `Counter-based random numbers` {
  /// Known-answer vectors published with the Random123 library (philox4x32, 10 rounds).
  @Test func `Philox gives the published vectors`() {
    let zero = CounterRandom.philox(counter: (0, 0, 0, 0), key: (0, 0))
    #expect(zero == (0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    let all = UInt32.max
    let ones = CounterRandom.philox(counter: (all, all, all, all), key: (all, all))
    #expect(ones == (0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    let pi = CounterRandom.philox(
      counter: (0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), key: (0xa409_3822, 0x299f_31d0))
    #expect(pi == (0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func `A stream depends on its seed, purpose and index only`() {
    func draw(_ seed: UInt64, _ purpose: String, _ stream: UInt64) -> [UInt64] {
      var random = CounterRandom(seed: seed, purpose: purpose, stream: stream)
      return (0..<8).map { _ in random.next() }
    }
    #expect(draw(1, "a", 2) == draw(1, "a", 2))
    #expect(Set([draw(1, "a", 2), draw(2, "a", 2), draw(1, "b", 2), draw(1, "a", 3)]).count == 4)
  }

  /// Bounds are five standard errors of the sample mean or variance.
  @Test func `Normal, uniform and beta numbers have the right moments`() {
    var random = CounterRandom(seed: 7, purpose: "moments")
    let count = 100_000
    func moments(_ draw: (inout CounterRandom) -> Double) -> (mean: Double, variance: Double) {
      let values = (0..<count).map { _ in draw(&random) }
      let mean = values.reduce(0, +) / Double(count)
      return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count))
    }
    let normal = moments { $0.gaussian() }
    #expect(abs(normal.mean) < 0.016 && abs(normal.variance - 1) < 0.023)
    let uniform = moments { $0.uniform() }
    #expect(abs(uniform.mean - 0.5) < 0.005 && abs(uniform.variance - 1.0 / 12) < 0.002)
    let beta = moments { $0.beta(0.8, 0.8) }
    #expect(abs(beta.mean - 0.5) < 0.005 && abs(beta.variance - 0.25 / 2.6) < 0.002)
  }

  /// Distribution functions in closed form. Kolmogorov and Smirnov's distance times the root of the number of draws exceeds
  /// 2.6 with a probability of 2 exp(-2 * 2.6²) = 3e-6.
  @Test(arguments: [0.5, 1, 3]) func `Gamma numbers follow their distribution`(shape: Double) {
    func probability(_ x: Double) -> Double {
      switch shape {
      case 0.5: erf(x.squareRoot())
      case 1: 1 - exp(-x)
      default: 1 - exp(-x) * (1 + x + x * x / 2)
      }
    }
    var random = CounterRandom(seed: 8, purpose: "distribution")
    let count = 200_000
    let sorted = (0..<count).map { _ in random.gamma(shape: shape) }.sorted()
    var distance = 0.0
    for (place, value) in sorted.enumerated() {
      let below = probability(value) * Double(count)
      distance = max(distance, below - Double(place), Double(place + 1) - below)
    }
    #expect(distance / Double(count).squareRoot() < 2.6)
  }
}

@Suite struct `SHA-256` {
  /// FIPS 180-4 examples.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func `gives the published digests`(message: String, digest: String) {
    #expect(SHA256.hexDigest(message.utf8) == digest)
  }

  @Test func `of a message of a million letters is the published one`() {
    #expect(
      SHA256.hexDigest(repeatElement(UInt8(ascii: "a"), count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }
}
