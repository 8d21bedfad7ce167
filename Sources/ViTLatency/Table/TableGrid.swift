/// Block latencies on a complete grid of five dimensions, interpolated multilinearly.
struct TableGrid: Hashable, Sendable {
  /// The dimensions of a block, in the order in which the grid stores them, slowest first.
  enum Axis: Int, CaseIterable, Sendable {
    case embedding, heads, queryKey, value, mlpHidden

    var name: String {
      switch self {
      case .embedding: "embedding"
      case .heads: "heads"
      case .queryKey: "query/key width"
      case .value: "value width"
      case .mlpHidden: "MLP width"
      }
    }
  }

  /// A value of the grid with its place in the source, such as "EMB_256/QK_1_16/V_16/MLP_128".
  struct Entry {
    var coordinates: [Int]
    var seconds: Double
    var place: String
  }

  /// Grid values of each axis, ascending.
  private(set) var axes: [[Int]]
  /// Seconds, row-major over the axes.
  private(set) var seconds: [Double]

  /// - Throws: `LatencyError` unless the axes ascend strictly and there is one finite time, zero or more, at each point.
  init(axes: [[Int]], seconds: [Double]) throws(LatencyError) {
    var expected = 1
    for (axis, values) in zip(Axis.allCases, axes) {
      guard !values.isEmpty, values[0] >= 0, zip(values, values.dropFirst()).allSatisfy({ $0 < $1 }) else {
        throw LatencyError(.malformed, "the \(axis.name) values do not ascend from 0 or more")
      }
      let (product, overflow) = expected.multipliedReportingOverflow(by: values.count)
      expected = overflow ? .max : product
    }
    guard axes.count == Axis.allCases.count, seconds.count == expected else {
      throw LatencyError(
        .malformed, "\(seconds.count) times, expected one at each of the \(expected) points of the grid")
    }
    guard let wrong = seconds.first(where: { !($0 >= 0 && $0.isFinite) }) else {
      self.axes = axes
      self.seconds = seconds
      return
    }
    throw LatencyError(.malformed, "a time is \(wrong) seconds, expected 0 or more")
  }

  /// Collects entries in any order into a grid whose axes are read from them.
  ///
  /// - Parameter describe: The source's name for a point, for errors.
  /// - Throws: `LatencyError` naming the first negative value, duplicate, or missing point.
  init(entries: [Entry], describe: ([Int]) -> String) throws(LatencyError) {
    guard !entries.isEmpty else { throw LatencyError(.malformed, "the table is empty") }
    var table: [[Int]: Double] = [:]
    for entry in entries {
      guard entry.seconds >= 0, entry.seconds.isFinite else {
        throw LatencyError(.malformed, "\(entry.place): \(entry.seconds) seconds, expected 0 or more")
      }
      guard table.updateValue(entry.seconds, forKey: entry.coordinates) == nil else {
        throw LatencyError(.malformed, "\(entry.place): this point of the grid stands in the table twice")
      }
    }
    let axes = Axis.allCases.map { axis in Set(entries.map { $0.coordinates[axis.rawValue] }).sorted() }
    var seconds: [Double] = []
    seconds.reserveCapacity(entries.count)
    var indices = [Int](repeating: 0, count: axes.count)
    repeat {
      let point = zip(axes, indices).map { $0[$1] }
      guard let value = table[point] else {
        throw LatencyError(.malformed, "the grid is not complete: \(describe(point)) is missing")
      }
      seconds.append(value)
    } while Self.advance(&indices, axes)
    try self.init(axes: axes, seconds: seconds)
  }

  /// The next point in row-major order; false after the last.
  private static func advance(_ indices: inout [Int], _ axes: [[Int]]) -> Bool {
    for axis in axes.indices.reversed() {
      indices[axis] += 1
      if indices[axis] < axes[axis].count { return true }
      indices[axis] = 0
    }
    return false
  }

  /// The distance in `seconds` between neighbours along each axis.
  private var strides: [Int] {
    axes.indices.map { axis in axes[(axis + 1)...].reduce(1) { $0 * $1.count } }
  }

  /// Multilinear interpolation.
  ///
  /// - Parameter point: One coordinate for each axis.
  /// - Throws: `LatencyError` naming the dimension that leaves the grid.
  func seconds(at point: [Int]) throws(LatencyError) -> Double {
    for (axis, x) in zip(Axis.allCases, point) {
      let values = axes[axis.rawValue]
      guard x >= values[0], x <= values[values.count - 1] else {
        throw LatencyError(
          .outOfRange,
          "\(axis.name) is \(x), the latency table covers \(values[0]) to \(values[values.count - 1])")
      }
    }
    return interpolate(point[0], point[1], point[2], point[3], point[4]) ?? 0
  }

  /// Multilinear interpolation without allocating; nil outside the grid.
  func interpolate(_ embedding: Int, _ heads: Int, _ queryKey: Int, _ value: Int, _ mlpHidden: Int) -> Double? {
    let point: InlineArray<5, Int> = [embedding, heads, queryKey, value, mlpHidden]
    var offsets = InlineArray<32, Int>(repeating: 0)
    var weights = InlineArray<32, Double>(repeating: 1)
    var corners = 1
    var stride = seconds.count
    for axis in 0..<5 {
      stride /= axes[axis].count
      let x = point[axis]
      guard x >= axes[axis][0], let upper = axes[axis].firstIndex(where: { $0 >= x }) else { return nil }
      let high = axes[axis][upper]
      if high == x {
        for corner in 0..<corners { offsets[corner] += upper * stride }
      } else {
        let low = axes[axis][upper - 1]
        let share = Double(x - low) / Double(high - low)
        for corner in 0..<corners {
          offsets[corners + corner] = offsets[corner] + upper * stride
          weights[corners + corner] = weights[corner] * share
          offsets[corner] += (upper - 1) * stride
          weights[corner] *= 1 - share
        }
        corners *= 2
      }
    }
    var sum = 0.0
    for corner in 0..<corners { sum += weights[corner] * seconds[offsets[corner]] }
    return sum
  }

  /// The grid with each value raised to the largest at any point with no larger coordinate: the smallest monotone
  /// table that is nowhere below this one.
  var monotone: TableGrid {
    var grid = self
    for (axis, stride) in zip(Axis.allCases, strides) {
      let count = axes[axis.rawValue].count
      for index in grid.seconds.indices where index / stride % count > 0 {
        grid.seconds[index] = max(grid.seconds[index], grid.seconds[index - stride])
      }
    }
    return grid
  }

  /// The grid with a plane of zeros at the given value of an axis, below its first value.
  func addingZeros(at value: Int, of axis: Axis) throws(LatencyError) -> TableGrid {
    let position = axis.rawValue
    guard let first = axes[position].first, value < first else { return self }
    var axes = axes
    axes[position].insert(value, at: 0)
    let inner = strides[position] * self.axes[position].count
    var seconds: [Double] = []
    for start in stride(from: 0, to: self.seconds.count, by: inner) {
      seconds += repeatElement(0, count: strides[position])
      seconds += self.seconds[start..<(start + inner)]
    }
    return try TableGrid(axes: axes, seconds: seconds)
  }
}
