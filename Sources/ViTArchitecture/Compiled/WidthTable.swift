/// The widths of one dimension for every combination of the open numbers that it depends on.
struct WidthTable: Sendable {
  /// Widths of one row, the greatest depth of the family.
  let rowLength: Int
  /// An open number and how many rows lie between its neighbouring values.
  private let axes: [(number: Int, stride: Int)]
  /// (rows, rowLength), 0 behind the row's depth.
  private let widths: [Int32]
  /// Whether a row's widths are ones that an architecture may have.
  private let isValid: [Bool]

  /// Combinations of values that are worth a table; what has more is evaluated point by point.
  static let rowLimit = 1 << 17

  /// Nil when a number has infinitely many values, or there are too many combinations.
  ///
  /// - Parameter allowed: The widths that an architecture may have.
  init?(
    _ dimension: Dimension, of rule: ScalingRule, name: StaticString, allowed: ClosedRange<Int>
  ) {
    let numbers = RuleDependence(of: dimension, embedding: rule.embedding, depth: rule.depth).openNumbers
    var rows = 1
    var axes: [(number: Int, stride: Int)] = []
    for number in numbers.reversed() {
      guard let count = rule.openNumbers[number].domain.count, count <= WidthTable.rowLimit else { return nil }
      axes.append((number, rows))
      rows *= count
      guard rows <= WidthTable.rowLimit else { return nil }
    }
    rowLength = rule.depthRange.upperBound
    guard rowLength > 0, rowLength <= Architecture.depthLimit else { return nil }
    var widths = [Int32](repeating: 0, count: rows * rowLength)
    var isValid = [Bool](repeating: false, count: rows)
    // Numbers that the dimension does not depend on keep any value.
    var open = rule.openNumbers.map { $0.domain.value(at: 0.5) }
    for row in 0..<rows {
      for (number, stride) in axes {
        let domain = rule.openNumbers[number].domain
        open[number] = domain.value(atIndex: row / stride % (domain.count ?? 1))
      }
      let depth = Int(rule.depth.value(open))
      guard (1...rowLength).contains(depth),
        let found = try? dimension.widths(
          open, embedding: Int(rule.embedding.value(open)), depth: depth, name: name),
        found.allSatisfy(allowed.contains)
      else { continue }
      isValid[row] = true
      for (block, width) in found.enumerated() { widths[row * rowLength + block] = Int32(width) }
    }
    self.axes = axes
    self.widths = widths
    self.isValid = isValid
  }

  /// Where the widths begin for some values of the open numbers; nil where they are none of an architecture.
  ///
  /// - Parameter indices: The index of each open number's value.
  func start(_ indices: [Int]) -> Int? {
    var row = 0
    for axis in axes { row += axis.stride * indices[axis.number] }
    return isValid[row] ? row * rowLength : nil
  }

  subscript(position: Int) -> Int { Int(widths[position]) }
}
