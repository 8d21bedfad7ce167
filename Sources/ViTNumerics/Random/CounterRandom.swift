/// A counter-based random generator: Philox 4x32-10.
///
/// Every value is a function of (seed, purpose, stream, position) and of nothing else, so a trial draws the same
/// numbers whether it runs alone, after a crash, or on another worker. Two generators with different purposes or
/// streams are statistically independent.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
package struct CounterRandom: RandomNumberGenerator, Sendable {
  private let key: (UInt32, UInt32)
  private let purpose: UInt32
  private let stream: (UInt32, UInt32)
  private var position: UInt32 = 0
  private var block: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
  private var unread = 0
  private var spareGaussian: Double?

  /// - Parameters:
  ///   - seed: The study's or the trial's seed.
  ///   - purpose: What the numbers are for, such as `"initialization"`; keeps uses apart.
  ///   - stream: A further index, such as the trial, the step or the image.
  package init(seed: UInt64, purpose: String, stream: UInt64 = 0) {
    key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    self.purpose = CounterRandom.hash(purpose)
    self.stream = (UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32))
  }

  /// The next 32 random bits.
  package mutating func next32() -> UInt32 {
    if unread == 0 {
      block = CounterRandom.philox(counter: (position, purpose, stream.0, stream.1), key: key)
      position &+= 1
      unread = 4
    }
    unread -= 1
    switch unread {
    case 3: return block.0
    case 2: return block.1
    case 1: return block.2
    default: return block.3
    }
  }

  /// The next 64 random bits.
  package mutating func next() -> UInt64 {
    let low = UInt64(next32())
    return low | UInt64(next32()) << 32
  }

  /// A number uniform in [0, 1), with 53 random bits.
  package mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A standard normal number (Box-Muller).
  package mutating func gaussian() -> Double {
    if let spare = spareGaussian {
      spareGaussian = nil
      return spare
    }
    let radius = (-2 * Logarithm.natural(1 - uniform())).squareRoot()
    let angle = 2 * Double.pi * uniform()
    spareGaussian = radius * Trigonometry.sine(angle)
    return radius * Trigonometry.cosine(angle)
  }

  /// A number from the Gamma(shape, 1) distribution (Marsaglia and Tsang 2000).
  ///
  /// - Parameter shape: Greater than zero.
  package mutating func gamma(shape: Double) -> Double {
    if shape < 1 {
      let boost = Exponential.power(1 - uniform(), 1 / shape)
      return gamma(shape: shape + 1) * boost
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = gaussian()
      let v = (1 + c * x) * (1 + c * x) * (1 + c * x)
      guard v > 0 else { continue }
      let u = 1 - uniform()
      if Logarithm.natural(u) < 0.5 * x * x + d - d * v + d * Logarithm.natural(v) { return d * v }
    }
  }

  /// A number from the Beta(a, b) distribution, in (0, 1).
  package mutating func beta(_ a: Double, _ b: Double) -> Double {
    let x = gamma(shape: a)
    let y = gamma(shape: b)
    return x + y > 0 ? x / (x + y) : 0.5
  }
}

extension CounterRandom {
  /// One block of Philox 4x32 with ten rounds.
  package static func philox(
    counter: (UInt32, UInt32, UInt32, UInt32), key: (UInt32, UInt32)
  ) -> (UInt32, UInt32, UInt32, UInt32) {
    var (c0, c1, c2, c3) = counter
    var (k0, k1) = key
    for _ in 0..<10 {
      let p0 = UInt64(c0) &* 0xD251_1F53
      let p1 = UInt64(c2) &* 0xCD9E_8D57
      (c0, c1, c2, c3) = (
        UInt32(truncatingIfNeeded: p1 >> 32) ^ c1 ^ k0, UInt32(truncatingIfNeeded: p1),
        UInt32(truncatingIfNeeded: p0 >> 32) ^ c3 ^ k1, UInt32(truncatingIfNeeded: p0)
      )
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return (c0, c1, c2, c3)
  }

  /// FNV-1a, 32 bits: stable across runs and platforms, unlike `Hasher`.
  private static func hash(_ text: String) -> UInt32 {
    text.utf8.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
  }
}
