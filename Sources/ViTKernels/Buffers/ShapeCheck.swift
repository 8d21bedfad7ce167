/// Checks at an operation's door: once for each call, before a kernel follows a pointer.
///
/// A shape that does not fit is a bug of the caller, so it ends the process, with a message in every build.
enum ShapeCheck {
  /// - Parameters:
  ///   - operation: As its caller writes it.
  ///   - what: Which extent of which operand.
  @inline(__always)
  static func equal(_ operation: StaticString, _ what: StaticString, _ found: Int, _ expected: Int) {
    if found != expected { fail(operation, what, "\(found)", "\(expected)") }
  }

  @inline(__always)
  static func shape(_ operation: StaticString, _ what: StaticString, _ found: Matrix, rows: Int, columns: Int) {
    if found.rows != rows || found.columns != columns {
      fail(operation, what, "\(found.rows) x \(found.columns)", "\(rows) x \(columns)")
    }
  }

  @inline(__always)
  static func atLeast(_ operation: StaticString, _ what: StaticString, _ found: Int, _ least: Int) {
    if found < least { fail(operation, what, "\(found)", "at least \(least)") }
  }

  /// That the indices from `start` to before `end` are among the first `count`.
  @inline(__always)
  static func range(_ operation: StaticString, _ what: StaticString, from start: Int, to end: Int, of count: Int) {
    if start < 0 || start > end || end > count { fail(operation, what, "\(start)..<\(end)", "within 0..<\(count)") }
  }

  @inline(__always)
  static func index(_ operation: StaticString, _ what: StaticString, _ index: Int, of count: Int) {
    if index < 0 || index >= count { fail(operation, what, "\(index)", "within 0..<\(count)") }
  }

  @inline(never)
  private static func fail(
    _ operation: StaticString, _ what: StaticString, _ found: @autoclosure () -> String,
    _ expected: @autoclosure () -> String
  ) -> Never {
    // Unlike a precondition's, this message is there in release builds too.
    fatalError("\(operation): \(what): \(found()), expected \(expected())")
  }
}
