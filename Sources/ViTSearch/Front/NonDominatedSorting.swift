/// Ranks points by how many fronts have to be taken away before they are on one.
package enum NonDominatedSorting {
  /// The front that each point is on: 0 for the points that no other dominates, 1 for those that only the first front
  /// dominates, and so on.
  ///
  /// With violations, constrained domination decides: feasible before infeasible, and of two infeasible points the one
  /// that violates less. Points whose objectives are not all finite come last, as do violations that are not numbers.
  ///
  /// - Parameters:
  ///   - points: Objectives, each to be small.
  ///   - violations: By how much each point violates its constraints; 0 for feasible ones. Nil when all are feasible.
  /// - Complexity: O(n²) comparisons.
  /// - Source: Deb, Pratap, Agarwal and Meyarivan, "A fast and elitist multiobjective genetic algorithm: NSGA-II",
  ///   IEEE TEC 6 (2002).
  package static func ranks(_ points: [[Double]], violations: [Double]? = nil) -> [Int] {
    let effective = points.indices.map { index -> Double in
      guard points[index].allSatisfy(\.isFinite) else { return .infinity }
      let violation = violations?[index] ?? 0
      return violation.isNaN ? .infinity : max(violation, 0)
    }
    func dominates(_ a: Int, _ b: Int) -> Bool {
      if effective[a] != effective[b] { return effective[a] < effective[b] }
      return effective[a] == 0 && Dominance.dominates(points[a], points[b])
    }
    var dominated = [[Int]](repeating: [], count: points.count)
    var dominators = [Int](repeating: 0, count: points.count)
    for a in points.indices {
      for b in points.indices.prefix(upTo: a) {
        if dominates(a, b) {
          dominated[a].append(b)
          dominators[b] += 1
        } else if dominates(b, a) {
          dominated[b].append(a)
          dominators[a] += 1
        }
      }
    }
    var ranks = [Int](repeating: 0, count: points.count)
    var front = points.indices.filter { dominators[$0] == 0 }
    var rank = 0
    while !front.isEmpty {
      var next: [Int] = []
      for index in front {
        ranks[index] = rank
        for other in dominated[index] {
          dominators[other] -= 1
          if dominators[other] == 0 { next.append(other) }
        }
      }
      front = next
      rank += 1
    }
    return ranks
  }
}

/// Comparison of points whose objectives are all to be small.
package enum Dominance {
  /// No larger in any objective, and smaller in one.
  package static func dominates(_ a: [Double], _ b: [Double]) -> Bool {
    var isSmaller = false
    for index in a.indices {
      if a[index] > b[index] { return false }
      if a[index] < b[index] { isSmaller = true }
    }
    return isSmaller
  }

  /// Indices of the points that no other dominates, in their order; points with coordinates that are not finite are
  /// left out, and of equal points all stay.
  package static func front(_ points: [[Double]]) -> [Int] {
    let finite = points.indices.filter { points[$0].allSatisfy(\.isFinite) }
    return finite.filter { candidate in !finite.contains { dominates(points[$0], points[candidate]) } }
  }
}
