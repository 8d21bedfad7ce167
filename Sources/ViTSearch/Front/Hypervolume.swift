/// The volume of objective space that a set of points dominates, up to a reference point.
package enum Hypervolume {
  /// Exact up to rounding; every objective is to be small.
  ///
  /// - Parameters:
  ///   - points: Objectives, as many each as the reference has. They need not be a front; a point that is not below
  ///     the reference in every objective adds nothing, nor does one with a coordinate that is not finite.
  ///   - reference: Values that are just not worth having, at least one.
  /// - Complexity: O(n log n) for up to two objectives, O(n²) for three, and n times more for each further one.
  /// - Source: for three objectives, the sweep along one of them by Beume, Fonseca, López-Ibáñez, Paquete and
  ///   Vahrenhold, "On the complexity of computing the hypervolume indicator", IEEE TEC 13 (2009), with a sorted array
  ///   in place of the balanced tree.
  package static func of(_ points: [[Double]], reference: [Double]) -> Double {
    precondition(!reference.isEmpty, "a hypervolume needs at least one objective")
    let useful = points.filter { point in
      precondition(point.count == reference.count, "every point has as many objectives as the reference")
      return zip(point, reference).allSatisfy { $0.isFinite && $0 < $1 }
    }
    return sweep(useful, reference: reference, objectives: reference.count)
  }

  /// The volume in the first `objectives` objectives: slices along the last of them, each as thick as the step to the
  /// next point, with the area that the points so far dominate in the others.
  private static func sweep(_ points: [[Double]], reference: [Double], objectives: Int) -> Double {
    guard objectives > 1 else { return points.map { reference[0] - $0[0] }.max() ?? 0 }
    let last = objectives - 1
    let sorted = points.sorted { $0[last] < $1[last] }
    var volume = 0.0
    var staircase = Staircase(reference: (reference[0], objectives > 2 ? reference[1] : 0))
    var least = Double.infinity
    for (index, point) in sorted.enumerated() {
      let next = index + 1 < sorted.count ? sorted[index + 1][last] : reference[last]
      let area: Double
      switch objectives {
      case 2:
        least = min(least, point[0])
        area = reference[0] - least
      case 3:
        staircase.insert(point[0], point[1])
        area = staircase.area
      default:
        area = sweep(Array(sorted[...index]), reference: reference, objectives: last)
      }
      volume += area * (next - point[last])
    }
    return volume
  }
}

/// A front of points in the plane, ascending in x and descending in y, with the area that it dominates.
struct Staircase {
  let reference: (x: Double, y: Double)
  private(set) var steps: [(x: Double, y: Double)] = []
  private(set) var area = 0.0

  init(reference: (x: Double, y: Double)) { self.reference = reference }

  /// Adds a point below the reference and drops those that it dominates.
  ///
  /// - Complexity: O(n), most of it moving memory.
  mutating func insert(_ x: Double, _ y: Double) {
    var low = 0
    var high = steps.count
    while low < high {
      let middle = (low + high) / 2
      if steps[middle].x < x { low = middle + 1 } else { high = middle }
    }
    // Steps from `low` on have no smaller x. One with the same x is before this point if it is as low.
    let ceiling = low > 0 ? steps[low - 1].y : reference.y
    guard y < ceiling, low == steps.count || steps[low].x > x || steps[low].y > y else { return }
    var end = low
    var height = ceiling
    var left = x
    while end < steps.count, steps[end].y >= y {
      area += (steps[end].x - left) * (height - y)
      (left, height) = (steps[end].x, steps[end].y)
      end += 1
    }
    let right = end < steps.count ? steps[end].x : reference.x
    area += (right - left) * (height - y)
    steps.replaceSubrange(low..<end, with: [(x: x, y: y)])
  }
}
