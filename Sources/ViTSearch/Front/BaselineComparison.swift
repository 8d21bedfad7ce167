internal import ViTNumerics

/// Which baselines a candidate is compared with, so that the comparison is at its latency.
///
/// Between two baselines, accuracy is interpolated in the logarithm of latency: by the mean of the two parabolas
/// through the two and one further neighbour on either side, by the one parabola where there is one neighbour, and
/// linearly where there are two baselines only. Accuracy flattens as latency grows, so a straight line between trained
/// widths runs below what a baseline of the width between would reach, and favours the candidate; the parabolas take
/// the curve into account. What they leave is of third order in the distance of the widths, and in no interval.
/// A candidate slower than every baseline is compared with the most accurate one. A candidate faster than every
/// baseline has none to be compared with.
///
/// What these weights are applied to, and with which errors, is `ComparedMembers`' business.
package enum BaselineComparison {
  /// Which baselines a latency is compared with, and the weights of their accuracies, which sum to 1; empty for a
  /// latency below all of them.
  ///
  /// - Parameter mean: A baseline's mean accuracy; asked for only beyond the slowest.
  package static func shares(
    at latency: Double, latencies: [Double], mean: (Int) -> Double
  ) -> [(index: Int, share: Double)] {
    let sorted = latencies.indices.sorted { (latencies[$0], $0) < (latencies[$1], $1) }
    guard let upper = sorted.firstIndex(where: { latencies[$0] >= latency }) else {
      return sorted.max { (mean($0), $1) < (mean($1), $0) }.map { [($0, 1)] } ?? []
    }
    if latencies[sorted[upper]] == latency { return [(sorted[upper], 1)] }
    guard upper > 0 else { return [] }
    let (fast, slow) = (sorted[upper - 1], sorted[upper])
    let before = sorted[..<(upper - 1)].last { latencies[$0] < latencies[fast] }
    let after = sorted[(upper + 1)...].first { latencies[$0] > latencies[slow] }
    let further = [before, after].compactMap(\.self)
    let curves = further.isEmpty ? [[fast, slow]] : further.map { [fast, slow, $0] }
    var shares: [Int: Double] = [:]
    for nodes in curves {
      for (index, share) in lagrange(latency, nodes, latencies) {
        shares[index, default: 0] += share / Double(curves.count)
      }
    }
    return shares.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The weights of the nodes' values in the polynomial through them, at a latency.
  private static func lagrange(_ latency: Double, _ nodes: [Int], _ latencies: [Double]) -> [(Int, Double)] {
    func distance(_ a: Double, _ b: Double) -> Double { Logarithm.natural(a / b) }
    return nodes.map { node in
      let factors = nodes.filter { $0 != node }.map {
        distance(latency, latencies[$0]) / distance(latencies[node], latencies[$0])
      }
      return (node, factors.reduce(1, *))
    }
  }
}
