import Testing

import ViTSearch

@Suite struct `Successive halving` {
  private func order(_ candidates: [(String, Double, Double?)]) -> [String] {
    Halving.order(candidates.map { Halving.Standing(digest: $0.0, latencySeconds: $0.1, accuracy: $0.2) })
  }

  /// Room around the inner points, as shares of the extents: b (2 - 0)/10 + (0.3 - 0)/1 = 0.5, c (6 - 1)/10 +
  /// (0.9 - 0.2)/1 = 1.2, d (10 - 2)/10 + (1 - 0.3)/1 = 1.5.
  @Test func `of a single front takes its ends, the more accurate first, then those with most room`() {
    let front = [("a", 0.0, 0.0), ("b", 1, 0.2), ("c", 2, 0.3), ("d", 6, 0.9), ("e", 10, 1)]
    for rotation in front.indices {
      #expect(order(Array(front[rotation...] + front[..<rotation])) == ["e", "a", "d", "c", "b"])
    }
  }

  @Test func `takes one front after the other, and leaves out what diverged`() {
    // The first front is a, b; the second c; the third d.
    let candidates = [("c", 2.0, 0.5), ("a", 1, 0.6), ("x", 0.1, nil), ("b", 1.5, 0.7), ("d", 3, 0.4)]
    #expect(order(candidates) == ["b", "a", "c", "d"])
    #expect(order([("x", 1, nil)]).isEmpty)
  }

  @Test func `ends ties by latency, then by digest`() {
    #expect(order([("b", 1, 0.5), ("a", 1, 0.5), ("c", 0.9, 0.5)]) == ["c", "a", "b"])
    #expect(order([("b", 1, 0.5), ("a", 1, 0.5)]) == ["a", "b"])
  }

  @Test(arguments: [
    (9, 3.0, 1, 3), (10, 3, 1, 4), (3, 3, 1, 1), (4, 3, 3, 3), (2, 3, 3, 2), (0, 3, 1, 0), (6, 2, 1, 3), (7, 2, 1, 4),
    (27, 1.5, 1, 18), (1, 1000, 1, 1),
  ]) func `keeps one in so many, but never fewer than asked for`(count: Int, factor: Double, asked: Int, kept: Int) {
    #expect(Halving.kept(of: count, factor: factor, atLeast: asked) == kept)
  }
}
