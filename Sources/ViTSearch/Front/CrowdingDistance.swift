/// How much room each point of one front has around it.
package enum CrowdingDistance {
  /// For each point the mean, over the objectives, of the distance between its two neighbours as a share of the
  /// front's range; infinite for the ends.
  ///
  /// - Parameter front: Objectives of points that do not dominate one another.
  /// - Source: Deb et al., "A fast and elitist multiobjective genetic algorithm: NSGA-II", IEEE TEC 6 (2002); the mean
  ///   in place of the sum, as pymoo has it, changes no comparison.
  package static func of(_ front: [[Double]]) -> [Double] {
    guard front.count > 2, let objectives = front.first?.count, objectives > 0 else {
      return front.map { _ in .infinity }
    }
    var distances = [Double](repeating: 0, count: front.count)
    for objective in 0..<objectives {
      let order = front.indices.sorted { (front[$0][objective], $0) < (front[$1][objective], $1) }
      let values = order.map { front[$0][objective] }
      let range = values[values.count - 1] - values[0]
      guard range > 0 else { continue }
      distances[order[0]] = .infinity
      distances[order[order.count - 1]] = .infinity
      for position in 1..<(order.count - 1) {
        distances[order[position]] += (values[position + 1] - values[position - 1]) / range / Double(objectives)
      }
    }
    return distances
  }
}
