import Testing
import ViTArchitecture

@Suite struct `Profiles` {
  @Test func `A plain dimension is the same in every block`() throws {
    #expect(try Document.widths("96", depth: 3) == [96, 96, 96])
    #expect(try Document.widths("4E", depth: 2) == [256, 256])
    #expect(try Document.widths("E", depth: 1) == [64])
    #expect(try Document.widths("3E/4", depth: 1) == [48])
    #expect(try Document.widths("{base: 96, profile: constant}", depth: 2) == [96, 96])
  }

  @Test func `Linear goes from the first block to the last in equal steps`() throws {
    #expect(
      try Document.widths("{base: 100, profile: {linear: {first: 1, last: 3}}}", depth: 5) == [100, 150, 200, 250, 300])
    #expect(
      try Document.widths("{base: 100, profile: {linear: {first: 2, last: 0.5}}}", depth: 4) == [200, 150, 100, 50])
    #expect(try Document.widths("{base: 100, profile: {linear: {first: 2, last: 3}}}", depth: 1) == [200])
  }

  @Test func `A plateau is high from its rise to its fall`() throws {
    let low = [10, 10, 10], high = Array(repeating: 20, count: 6)
    let full = "{base: 10, profile: {plateau: {ends: 1, middle: 2, rise: 4, fall: 9}}}"
    #expect(try Document.widths(full) == low + high + low)
    #expect(
      try Document.widths("{base: 10, profile: {plateau: {middle: 2, rise: 25%, fall: 75%}}}") == low + high + low)
    #expect(
      try Document.widths("{base: 10, profile: {plateau: {middle: 2, rise: 3, fall: last}}}", depth: 4) == [
        10, 10, 20, 20,
      ])
  }

  @Test func `A plateau without a fall mirrors its rise at every depth`() throws {
    #expect(
      try Document.widths("{base: 10, profile: {plateau: {middle: 3, rise: 2}}}", depth: 5) == [10, 30, 30, 30, 10])
    #expect(
      try Document.widths("{base: 10, profile: {plateau: {middle: 3, rise: 25%}}}", depth: 6) == [
        10, 10, 30, 30, 10, 10,
      ])
    #expect(
      try Document.widths("{base: 10, profile: {plateau: {middle: 3, rise: 25%}}}", depth: 8) == [
        10, 10, 30, 30, 30, 30, 10, 10,
      ])
  }

  /// exp(-1/2) = 0.60653 one deviation from the peak, exp(-2) = 0.13534 two away.
  @Test func `A bell is a Gaussian around its peak`() throws {
    let bell = "{base: 1000, profile: {bell: {ends: 1, height: 2, peak: 3, width: 1}}}"
    #expect(try Document.widths(bell, depth: 5) == [1135, 1607, 2000, 1607, 1135])
    // 50% of five blocks is block 3, and a width of 40% of five blocks is two of them: exp(-1/8) = 0.88250.
    let relative = "{base: 1000, profile: {bell: {ends: 0.5, height: 1, width: 40%}}}"
    #expect(try Document.widths(relative, depth: 5) == [803, 941, 1000, 941, 803])
  }

  @Test func `Stages give factors and widths to ranges of blocks`() throws {
    let stages =
      "{base: 10, profile: {stages: [{blocks: 1, width: 7}, {blocks: 3-4, factor: 2}, {blocks: last, width: 2E}]}}"
    #expect(try Document.widths(stages, depth: 6) == [7, 10, 20, 20, 10, 128])
    let lists = "{base: 10, profile: {stages: [{blocks: [first, 3, 5-6], factor: 3}]}}"
    #expect(try Document.widths(lists, depth: 6) == [30, 10, 30, 10, 30, 30])
    let shares = "{base: 10, profile: {stages: [{blocks: 25%-75%, factor: 3}]}}"
    #expect(try Document.widths(shares, depth: 8) == [10, 10, 30, 30, 30, 30, 10, 10])
    let ends = "{base: 10, profile: {stages: [{blocks: {first: 2, last: 3}, factor: 3}]}}"
    #expect(try Document.widths(ends, depth: 4) == [10, 30, 30, 10])
  }

  /// Two knots make a line; Steffen's curve through points on a line is that line; the natural spline through
  /// (1, 0), (3, 1), (5, 0) is 1.5 t - 0.5 t^3 with t = (x - 1) / 2 up to the middle, 0.6875 at x = 2.
  @Test func `Splines pass through their knots`() throws {
    let line = "{base: 100, profile: {spline: {knots: [{at: first, factor: 1}, {at: last, factor: 3}]}}}"
    #expect(try Document.widths(line, depth: 5) == [100, 150, 200, 250, 300])
    let steffen =
      "{base: 100, profile: {spline: {kind: steffen, knots: [{at: 1, factor: 1}, {at: 3, factor: 2}, {at: 5, factor: 3}]}}}"
    #expect(try Document.widths(steffen, depth: 5) == [100, 150, 200, 250, 300])
    let cubic =
      "{base: 10000, floor: 1, profile: {spline: {kind: cspline, knots: [{at: 0%, factor: 0}, {at: 50%, factor: 1}, {at: 100%, factor: 0}]}}}"
    #expect(try Document.widths(cubic, depth: 5) == [1, 6875, 10000, 6875, 1])
  }

  /// Between (3, 2) and (5, 2), where a natural spline overshoots, Steffen's curve stays level.
  @Test func `Steffen does not overshoot and is level outside its knots`() throws {
    let level = "{base: 100, profile: {spline: {knots: [{at: 2, factor: 1}, {at: 3, factor: 2}, {at: 5, factor: 2}]}}}"
    #expect(try Document.widths(level, depth: 6) == [100, 100, 200, 200, 200, 200])
  }

  @Test func `Lists give every block its own factor or width`() throws {
    #expect(try Document.widths("{base: 8, profile: {list: [1, 2.5, 1]}}", depth: 3) == [8, 20, 8])
    #expect(try Document.widths("{values: [8, 2E, 9]}", depth: 3) == [8, 128, 9])
  }
}

@Suite struct `Rounding and floors` {
  @Test func `The order of rounding and scaling matters`() throws {
    // Base 19.2: rounded first, 16 x 2 = 32; rounded last, 38.4 becomes 40.
    let first = "{base: 0.3E, round: {to: 8, order: base-first}, profile: {list: [1, 2]}}"
    #expect(try Document.widths(first, depth: 2) == [16, 32])
    let last = "{base: 0.3E, round: {to: 8, order: last}, profile: {list: [1, 2]}}"
    #expect(try Document.widths(last, depth: 2) == [16, 40])
    #expect(try Document.widths("{base: 0.3E, round: 8, profile: {list: [1, 2]}}", depth: 2) == [16, 40])
  }

  @Test(arguments: [
    ("nearest", [24, 24, 16]), ("even", [16, 24, 16]), ("up", [24, 24, 24]), ("down", [16, 16, 16]),
  ])
  func `Modes differ in halves and in direction`(mode: String, expected: [Int]) throws {
    // 20, 21 and 17, to multiples of 8.
    let text = "{base: 1, round: {to: 8, mode: \(mode)}, profile: {list: [20, 21, 17]}}"
    #expect(try Document.widths(text, depth: 3) == expected)
  }

  /// 0.07 x 100 is a little above 7 in binary.
  @Test func `Rounding up forgives the error of binary fractions`() throws {
    #expect(try Document.widths("{base: 0.07E, round: {mode: up}}", depth: 1, embedding: 100) == [7])
    #expect(try Document.widths("{base: 7.001, round: {mode: up}}", depth: 1) == [8])
  }

  @Test func `The floor comes last and leaves exact widths alone`() throws {
    let text = "{base: 10, floor: 12, profile: {stages: [{blocks: 1, width: 3}, {blocks: 2, factor: 2}]}}"
    #expect(try Document.widths(text, depth: 3) == [3, 20, 12])
  }
}
