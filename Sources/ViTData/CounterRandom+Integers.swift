internal import ViTNumerics

extension CounterRandom {
  /// An integer uniform in 0..<bound, without bias (Lemire 2019).
  ///
  /// The standard library's own does the same today, but does not promise the same numbers in its next version.
  ///
  /// - Parameter bound: From 1 to 2^32 - 1.
  mutating func integer(below bound: Int) -> Int {
    let bound = UInt32(bound)
    let threshold = (0 &- bound) % bound
    while true {
      let product = UInt64(next32()) * UInt64(bound)
      if UInt32(truncatingIfNeeded: product) >= threshold { return Int(product >> 32) }
    }
  }

  /// Puts the elements into a random order (Fisher and Yates).
  mutating func shuffle<Element>(_ elements: inout [Element]) {
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, integer(below: last + 1))
    }
  }
}
