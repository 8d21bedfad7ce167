internal import CGSL

/// Points of the Sobol sequence, scrambled by a seed: they fill the unit cube more evenly than independent points do.
///
/// The scrambling is Owen's (nested uniform): each binary digit is flipped or not depending on all digits before it,
/// with coin flips from `CounterRandom`. Every point is then uniform in the cube, and the first 2^k points still put
/// exactly one point into each of 2^k equal slices along every axis.
///
/// The unscrambled sequence starts at the origin, which GSL leaves out because it is a corner. Scrambling moves it to
/// a uniform place, so it is kept here: without it the even split above would be lost.
///
/// Sources: Bratley and Fox, "Algorithm 659", ACM TOMS 14 (1988), through GSL; Owen, "Randomly permuted (t,m,s)-nets",
/// 1995; Owen, "On dropping the first Sobol' point", 2020.
package enum SobolSequence {
  /// Axes that the sequence covers. Further axes get independent uniform numbers.
  package static let maximumDimensions = 40

  /// Binary digits of GSL's points.
  private static let digits = 30

  /// The first `count` points.
  ///
  /// The points depend on the seed and on their place only: a longer run starts with the same points. Axes beyond
  /// `maximumDimensions` are filled with independent uniform numbers, keyed by the same seed.
  ///
  /// - Parameters:
  ///   - count: Number of points, at most 2^30.
  ///   - dimensions: Number of axes; with none, every point is empty.
  ///   - seed: Chooses the scrambling.
  /// - Returns: `count` points of `dimensions` coordinates in [0, 1).
  /// - Throws: `NumericsError` when a number is out of range or GSL has no memory.
  package static func points(count: Int, dimensions: Int, seed: UInt64) throws(NumericsError) -> [[Double]] {
    guard (0...(1 << digits)).contains(count), dimensions >= 0 else {
      throw NumericsError(
        operation: "Sobol points",
        reason: "\(count) points in \(dimensions) dimensions asked for, expected 0 to \(1 << digits) points")
    }
    let covered = min(dimensions, maximumDimensions)
    return try unscrambled(count: count, dimensions: covered).enumerated().map { index, point in
      var scrambled = point.enumerated().map { axis, coordinate in
        scramble(coordinate, axis: axis, seed: seed)
      }
      if dimensions > covered {
        var random = CounterRandom(seed: seed, purpose: "sobol-padding", stream: UInt64(index))
        scrambled += (covered..<dimensions).map { _ in random.uniform() }
      }
      return scrambled
    }
  }

  /// GSL's sequence with the origin, which GSL omits, in front.
  package static func unscrambled(count: Int, dimensions: Int) throws(NumericsError) -> [[Double]] {
    guard count > 0 else { return [] }
    var point = [Double](repeating: 0, count: dimensions)
    var points = [point]
    guard dimensions > 0 else { return Array(repeating: point, count: count) }
    GSL.prepare()
    guard let generator = gsl_qrng_alloc(nvit_gsl_qrng_sobol(), UInt32(dimensions)) else {
      throw NumericsError(operation: "Sobol points", reason: "GSL cannot make \(dimensions) dimensions")
    }
    defer { gsl_qrng_free(generator) }
    for _ in 1..<max(count, 1) {
      try GSL.check("Sobol points") { gsl_qrng_get(generator, &point) }
      points.append(point)
    }
    return points
  }

  /// Owen's scrambling of one coordinate; digits past the last of GSL's are uniform.
  private static func scramble(_ coordinate: Double, axis: Int, seed: UInt64) -> Double {
    let word = UInt64(coordinate * Double(1 << digits))
    var result: UInt64 = 0
    for depth in 0..<digits {
      // The node of the binary tree: a leading one, then the digits before this one.
      let node = 1 << UInt64(depth) | word >> UInt64(digits - depth)
      var random = CounterRandom(seed: seed, purpose: "sobol-scramble", stream: UInt64(axis) << 32 | node)
      let digit = word >> UInt64(digits - 1 - depth) & 1
      result = result << 1 | (digit ^ UInt64(random.next32() >> 31))
    }
    var tail = CounterRandom(
      seed: seed, purpose: "sobol-scramble", stream: UInt64(axis) << 32 | 1 << UInt64(digits) | word)
    // 23 further bits fill the 53 of a Double, which stays below one.
    return (Double(result) + Double(tail.next32() >> 9) * 0x1p-23) * 0x1p-30
  }
}
