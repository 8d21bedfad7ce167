internal import ViTNumerics

/// By how much a point with uncertain objectives is expected to enlarge the hypervolume of a front; exact for one, two
/// and three independent, normally distributed objectives.
///
/// The part of objective space that the front leaves undominated is cut into boxes. A point y enlarges the hypervolume
/// by the volume of that part above y, and the expectation of that is, for each box, a product of integrals of normal
/// distribution functions.
///
/// - Source: Emmerich, Yang, Deutz, Wang and Fonseca, "A multicriteria generalization of Bayesian global optimization",
///   2016.
package struct ExpectedHypervolumeImprovement {
  /// The part of the plane of the first two objectives with one ceiling: from cut to cut of the first objective, below
  /// a cut of the second.
  private struct Strip {
    var low: Int
    var high: Int
    var ceiling: Int
  }

  /// A layer along the third objective, from cut to cut.
  private struct Slab {
    var low: Int
    var high: Int
    var strips: Range<Int>
  }

  private let objectives: Int
  /// For each objective, minus infinity, then ascending values, the reference last.
  private var cuts: [[Double]]
  private var strips: [Strip] = []
  private var slabs: [Slab] = []

  /// - Parameters:
  ///   - points: Each objective is to be small. They need not be a front; those not below the reference do not count.
  ///   - reference: One to three values.
  package init(front points: [[Double]], reference: [Double]) {
    precondition((1...3).contains(reference.count), "the improvement is exact for one to three objectives")
    objectives = reference.count
    let useful = points.filter { zip($0, reference).allSatisfy { $0 < $1 } }
    let front = Dominance.front(useful).map { useful[$0] }
    cuts = reference.indices.map { axis in
      [-.infinity] + Set(front.map { $0[axis] }).sorted() + [reference[axis]]
    }
    let (first, second) = (cuts[0], objectives > 1 ? cuts[1] : [-.infinity, 0])
    let places = [first, second].map { cuts in
      Dictionary(zip(cuts, cuts.indices)) { earlier, _ in earlier }
    }
    var staircase = Staircase(reference: (reference[0], second[second.count - 1]))
    let layers = objectives > 2 ? cuts[2] : [-.infinity, 0]
    // With one objective the only front point leaves nothing to its right: a ceiling of minus infinity.
    for layer in 0..<(layers.count - 1) {
      for point in front where objectives < 3 || point[2] == layers[layer] {
        staircase.insert(point[0], objectives > 1 ? point[1] : -.infinity)
      }
      let start = strips.count
      var left = 0
      var ceiling = second.count - 1
      for step in staircase.steps {
        let cut = places[0][step.x] ?? first.count - 1
        strips.append(Strip(low: left, high: cut, ceiling: ceiling))
        left = cut
        ceiling = objectives > 1 ? places[1][step.y] ?? 0 : 0
      }
      strips.append(Strip(low: left, high: first.count - 1, ceiling: ceiling))
      slabs.append(Slab(low: layer, high: layer + 1, strips: start..<strips.count))
    }
  }

  /// - Parameters:
  ///   - means: Of the objectives.
  ///   - deviations: Standard deviations, 0 or more.
  package func value(means: [Double], deviations: [Double]) -> Double {
    let integrals = (0..<objectives).map { axis in
      cuts[axis].map { ExpectedHypervolumeImprovement.integral(to: $0, mean: means[axis], deviation: deviations[axis]) }
    }
    let first = integrals[0]
    var sum = 0.0
    for slab in slabs {
      var area = 0.0
      for strip in strips[slab.strips] {
        let width = first[strip.high] - first[strip.low]
        area += objectives > 1 ? width * integrals[1][strip.ceiling] : (strip.ceiling > 0 ? width : 0)
      }
      sum += objectives > 2 ? area * (integrals[2][slab.high] - integrals[2][slab.low]) : area
    }
    return max(sum, 0)
  }

  /// The integral of the distribution function from minus infinity to `end`: how far below `end` a number is expected
  /// to be, where it is.
  private static func integral(to end: Double, mean: Double, deviation: Double) -> Double {
    guard end > -.infinity else { return 0 }
    guard deviation > 0 else { return max(end - mean, 0) }
    let z = (end - mean) / deviation
    return max(deviation * (z * StandardNormal.cumulative(z) + StandardNormal.density(z)), 0)
  }
}
