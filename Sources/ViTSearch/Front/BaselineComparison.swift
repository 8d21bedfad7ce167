public import ViTNumerics

/// How sure one can be that a candidate is more accurate than the baselines at the same latency.
///
/// Between two baselines, accuracy is interpolated linearly in the logarithm of latency; a candidate slower than every
/// baseline is compared with the most accurate one. A candidate faster than every baseline has none to be compared
/// with. The probability is Student's, of Welch's statistic for the difference of means with the Welch-Satterthwaite
/// degrees of freedom, that is, the posterior probability of a positive difference under a flat prior and normally
/// distributed accuracies, approximately.
///
/// It speaks of the spread between training seeds and of nothing else: not of the size of the validation split, not of
/// the error of the interpolation, and not of the search having picked the best of many candidates, which favours
/// them. Members share their seeds; treating them as independent is cautious when a seed helps or hurts all alike.
public enum BaselineComparison {
  /// Accuracies of one baseline.
  public struct Reference: Sendable {
    public var latencySeconds: Double
    public var accuracy: MeanInterval

    public init(latencySeconds: Double, accuracy: MeanInterval) {
      self.latencySeconds = latencySeconds
      self.accuracy = accuracy
    }
  }

  /// The probability, 0 to 1, or nil where there is nothing to compare with or fewer than two seeds.
  public static func probability(
    that accuracy: MeanInterval, at latencySeconds: Double, beats baselines: [Reference]
  ) -> Double? {
    let terms = weights(at: latencySeconds, baselines)
    guard !terms.isEmpty else { return nil }
    var difference = accuracy.mean
    var parts = [(accuracy.squaredStandardError, accuracy.count)]
    for (weight, reference) in terms {
      difference -= weight * reference.accuracy.mean
      parts.append((reference.accuracy.squaredStandardError.map { weight * weight * $0 }, reference.accuracy.count))
    }
    var variance = 0.0
    var denominator = 0.0
    for (squaredError, count) in parts {
      guard let squaredError else { return nil }
      variance += squaredError
      denominator += squaredError * squaredError / Double(count - 1)
    }
    guard variance > 0, denominator > 0 else {
      return difference > 0 ? 1 : difference < 0 ? 0 : 0.5
    }
    return StudentT.cumulative(
      difference / variance.squareRoot(), degreesOfFreedom: variance * variance / denominator)
  }

  /// The baselines that a latency is compared with, and their shares.
  private static func weights(at latency: Double, _ baselines: [Reference]) -> [(Double, Reference)] {
    let sorted = baselines.sorted { $0.latencySeconds < $1.latencySeconds }
    guard let upper = sorted.firstIndex(where: { $0.latencySeconds >= latency }) else {
      return sorted.max { $0.accuracy.mean < $1.accuracy.mean }.map { [(1, $0)] } ?? []
    }
    if sorted[upper].latencySeconds == latency { return [(1, sorted[upper])] }
    guard upper > 0 else { return [] }
    let (fast, slow) = (sorted[upper - 1], sorted[upper])
    let share =
      Logarithm.natural(latency / fast.latencySeconds)
      / Logarithm.natural(slow.latencySeconds / fast.latencySeconds)
    return [(1 - share, fast), (share, slow)]
  }
}
