/// Owns double-precision numbers, zero at first, that threads write side by side.
package struct DoubleBuffer: ~Copyable {
  package let count: Int
  private let pointer: UnsafeMutablePointer<Double>

  package init(count: Int) {
    ShapeCheck.atLeast("DoubleBuffer.init", "count", count, 0)
    self.count = count
    pointer = .allocate(capacity: max(1, count))
    pointer.initialize(repeating: 0, count: count)
  }

  deinit { pointer.deallocate() }

  package subscript(index: Int) -> Double {
    get {
      ShapeCheck.index("DoubleBuffer", "index", index, of: count)
      return pointer[index]
    }
    nonmutating set {
      ShapeCheck.index("DoubleBuffer", "index", index, of: count)
      pointer[index] = newValue
    }
  }

  /// Changes the elements in a range one by one; threads that do so at the same time keep their ranges disjoint.
  package func withMutableSpan<Result>(
    of range: Range<Int>, _ body: (inout MutableSpan<Double>) -> Result
  ) -> Result {
    ShapeCheck.range("DoubleBuffer", "range", from: range.lowerBound, to: range.upperBound, of: count)
    var span = MutableSpan(_unsafeStart: pointer + range.lowerBound, count: range.count)
    return body(&span)
  }

  package func fill(_ value: Double) { pointer.update(repeating: value, count: count) }
}
