package import ViTNumerics

/// How sure one can be that a candidate is more accurate than the baselines at the same latency.
///
/// Between two baselines, accuracy is interpolated in the logarithm of latency: by the mean of the two parabolas
/// through the two and one further neighbour on either side, by the one parabola where there is one neighbour, and
/// linearly where there are two baselines only. Accuracy flattens as latency grows, so a straight line between trained
/// widths runs below what a baseline of the width between would reach, and favours the candidate; the parabolas take
/// the curve into account. What they leave is of third order in the distance of the widths, and not in the interval.
/// A candidate slower than every baseline is compared with the most accurate one. A candidate faster than every
/// baseline has none to be compared with.
///
/// Interval and probability are those of `MeanContrast`: they speak of the spread between training seeds and of
/// nothing else, so not of the size of the validation split. They hold for a candidate chosen before the trainings
/// that are compared, not for the best of many by those very trainings, whom they favour. Members share their seeds;
/// treating them as independent is cautious when a seed helps or hurts all alike.
package enum BaselineComparison {
  /// Accuracies of one baseline.
  package struct Reference: Sendable {
    package var latencySeconds: Double
    package var accuracy: MeanInterval

    package init(latencySeconds: Double, accuracy: MeanInterval) {
      self.latencySeconds = latencySeconds
      self.accuracy = accuracy
    }
  }

  /// The accuracy of a candidate less the baselines' at its latency; nil where there is nothing to compare with or
  /// fewer than two seeds.
  package static func difference(
    of accuracy: MeanInterval, at latencySeconds: Double, from baselines: [Reference]
  ) -> MeanContrast? {
    let shares = shares(at: latencySeconds, latencies: baselines.map(\.latencySeconds)) {
      baselines[$0].accuracy.mean
    }
    guard !shares.isEmpty else { return nil }
    return MeanContrast([(1, accuracy)] + shares.map { (-$0.share, baselines[$0.index].accuracy) })
  }

  /// The probability, 0 to 1, or nil where there is nothing to compare with or fewer than two seeds.
  package static func probability(
    that accuracy: MeanInterval, at latencySeconds: Double, beats baselines: [Reference]
  ) -> Double? {
    difference(of: accuracy, at: latencySeconds, from: baselines)?.probabilityAboveZero
  }

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
