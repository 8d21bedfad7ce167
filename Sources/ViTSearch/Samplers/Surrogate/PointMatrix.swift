/// Points with at least one coordinate, axis by axis in one array, so that loops over points are over neighbours.
struct PointMatrix: Hashable {
  let axes: Int
  let count: Int
  /// (axes, count)
  private let values: [Double]

  init(_ points: [[Double]], axes: Int) {
    precondition(axes > 0 && points.allSatisfy { $0.count == axes }, "a point has one coordinate for each axis")
    self.axes = axes
    count = points.count
    values = (0..<axes).flatMap { axis in points.map { $0[axis] } }
  }

  /// The coordinates along an axis, one for each point.
  func coordinates(_ axis: Int) -> ArraySlice<Double> { values[axis * count..<(axis + 1) * count] }

  subscript(axis axis: Int, of index: Int) -> Double { values[axis * count + index] }

  subscript(index: Int) -> [Double] { (0..<axes).map { values[$0 * count + index] } }
}
